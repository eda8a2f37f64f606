"""The cookie that finds and opens the draft of a submission; without it the draft is noise on the disk."""

from dataclasses import dataclass, field, replace

from flask import current_app, request
from werkzeug.wrappers import Response

from portal.domain.errors import NotFoundError
from portal.domain.intake_drafts import OFFERED_KEEP, Draft
from portal.usecases import clock
from portal.usecases.intake_drafts import begin, destroy, draft_of, save
from portal.usecases.spool import Ticket
from portal.web.services import services

COOKIE = "draft"


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft and the ticket by which it is kept."""

    ticket: Ticket = field(repr=False)
    draft: Draft

    def saved(self, draft: Draft) -> "Kept":
        """The same with another content, written to the disk."""
        save(services(), self.ticket, draft, at=clock.now())
        return replace(self, draft=draft)


def kept_draft() -> Kept | None:
    """The draft of this browser; nothing when there is none, or when its time is over."""
    place, _, key = request.cookies.get(COOKIE, "").partition(".")
    ticket = Ticket(place, key)
    try:
        return Kept(ticket, draft_of(services(), ticket, at=clock.now()))
    except NotFoundError:
        return None


def new_draft() -> Kept:
    """A fresh draft; a former one of this browser is destroyed."""
    former = kept_draft()
    if former:
        destroy(services(), former.ticket, at=clock.now())
    return Kept(*begin(services(), request.remote_addr or "", at=clock.now()))


def hand_over(answer: Response, kept: Kept) -> Response:
    """Give the browser its key: until it is closed, or for a day where the draft may be taken up again.

    It is sent to these pages alone and never from another site, so that nobody can make a browser send a draft.
    """
    secure = services().settings.secure_cookies
    age = OFFERED_KEEP if kept.draft.may_be_offered else None
    value = f"{kept.ticket.id}.{kept.ticket.key}"
    answer.set_cookie(COOKIE, value, max_age=age, path=_path(), secure=secure, httponly=True, samesite="Strict")
    return answer


def take_away(answer: Response) -> Response:
    """Destroy the draft and take its key from the browser."""
    former = kept_draft()
    if former:
        destroy(services(), former.ticket, at=clock.now())
    answer.delete_cookie(COOKIE, path=_path())
    return answer


def _path() -> str:
    return f"{current_app.config['SITE_COOKIE_PATH']}cases"
