"""What the papers of all publications but the lists have in common."""

from collections.abc import Sequence

from portal.config import Settings
from portal.domain.instants import shanghai_date
from portal.printing.papers import Block, DocumentPaper
from portal.queries.publications import PublicView


def paper_of_view(
    view: PublicView,
    settings: Settings,
    site_name: str,
    *,
    demo: bool,
    room: str,
    meta: tuple[tuple[str, str], ...],
    blocks: Sequence[Block],
) -> DocumentPaper:
    """A paper as the public may see it at the instant of the view; `room` is the first part of its page's address."""
    dated = shanghai_date(view.published_at)
    url = f"{settings.public_url}/{room}/{view.number}"
    return DocumentPaper(
        site_name=site_name,
        demo=demo,
        number=view.number,
        title=view.title,
        meta=meta,
        addressee=None,
        blocks=tuple(blocks),
        office_name=view.head["office"]["name"],
        dated=dated,
        url=url,
        short_address=url.split("://", 1)[1],
        sha256=view.sha256,
        footer_note="",
        document_date=dated,
    )
