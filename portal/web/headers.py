"""Security headers of every answer, and the stricter ones of pages that show lists of people."""

from collections.abc import Iterator
from typing import TypeVar

from flask import Flask, Response, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
TWO_YEARS = 2 * 365 * 24 * 3600

R = TypeVar("R", bound=AnyResponse)

KEEP_INSIDE = "X-Portal-Keep-Inside"
"""Marks an answer that leaves as no-store but that the page cache of this very process may keep; never sent out."""


def no_trace(response: R) -> R:
    """Make an answer leave no trace outside: not in a browser's or proxy's store, not in a search engine.

    For every list of people, its PDF and its revisions. The page cache inside still may keep it, because it asks
    for the committed revision at every hit.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers[KEEP_INSIDE] = "1"
    return response


def sealed_download(pieces: Iterator[bytes], media_type: str, name: str) -> Response:
    """An attachment that a browser saves and never opens in the site's name; its name says nothing of its sender."""
    response = Response(stream_with_context(pieces), mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store"
    return response


def install(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer; a view that set one itself keeps its own."""
    fixed = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        # The own host still sees the path (Flask-WTF compares it on https); others see nothing, not even the host.
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if https:
        fixed["Strict-Transport-Security"] = f"max-age={TWO_YEARS}"

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        return response
