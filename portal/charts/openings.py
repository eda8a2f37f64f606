"""What every chart begins with: its size, its title and its description for who cannot see it."""

from markupsafe import Markup, escape


def opening(name: str, title: str, description: str, width: int, height: int, *, has_links: bool = False) -> Markup:
    """The opening tag with what a screen reader says; `name` makes its ids unique on a page.

    A group where there are links to reach, a picture where there are none.
    """
    role = "group" if has_links else "img"
    return Markup(  # noqa: S704 - words are escaped
        f'<svg class="chart" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="{role}"'
        f' aria-labelledby="{name}-t" aria-describedby="{name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>'
    )
