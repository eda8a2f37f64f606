"""The paper of a publication as an answer, printed while the reader waits when no worker has done it yet."""

from flask import Response, abort
from werkzeug.exceptions import ServiceUnavailable

from portal.queries.papers import printed_file
from portal.queries.publications import PublicView
from portal.usecases import clock
from portal.usecases.papers import PaperNotReadyError, print_public_paper, store_of
from portal.web.services import services

SECONDS_WHILE_WAITING = 20.0
RETRY_AFTER = 60


def paper_answer(view: PublicView) -> Response:
    """The PDF of what the public sees now."""
    response = Response(printed_file(view, store_of(services())) or _print(view), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{view.number}.pdf"'
    response.headers["Cache-Control"] = "no-cache"
    return response


def _print(view: PublicView) -> bytes:
    try:
        content = print_public_paper(
            services(), view.area, view.number, at=clock.now(), timeout_s=SECONDS_WHILE_WAITING
        )
    except PaperNotReadyError:
        raise ServiceUnavailable(retry_after=RETRY_AFTER) from None
    return content or abort(404)
