"""The sample's published answers: worded, reviewed and published as real ones are, the submitter's days included."""

from datetime import datetime, timedelta

from portal.domain.case_publications import embargo_end
from portal.domain.permissions import Role
from portal.usecases import publications
from portal.usecases.case_publications import Written, draft_answer, worksheet
from portal.usecases.demo_desks import Crew
from portal.usecases.demo_stories import Stage, Story

_A_WHILE, _OPENING = timedelta(minutes=35), timedelta(hours=9, minutes=20)


def published_answer(stage: Stage, crew: Crew, case: str, summary: str, concluded_at: datetime) -> Story:
    """Hidden is what the engine proposes; published in the morning after the last day on which one may object."""
    services, officer = stage.services, crew.who(Role.CASE_OFFICER)
    at = concluded_at + _A_WHILE
    yield at
    written = Written(summary, worksheet(services, officer, case).phrases)
    number = draft_answer(services, officer, case, written, at=at)
    publications.submit(services, officer, number, at=at)
    calendar, days = services.rulebook.calendar, services.rulebook.case_publications.embargo_working_days
    over = embargo_end(at, days, calendar)
    at += _A_WHILE
    yield at
    publications.review(services, crew.who(Role.CASE_APPROVER), number, at=at)
    at = over + _OPENING
    yield at
    publications.publish(services, crew.who(Role.PUBLISHER), number, at=at)
