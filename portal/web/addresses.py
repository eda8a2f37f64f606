"""Addresses as the site is known outside."""

from flask import request, url_for

from portal.web.services import services


def outside(view: str, **values: str) -> str:
    """The address of a page below PUBLIC_URL; never below the Host that a visitor sent, for pages are kept for all."""
    path = url_for(view, **values)  # type: ignore[arg-type]
    return services().settings.public_url + path.removeprefix(request.script_root)
