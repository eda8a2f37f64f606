"""Entering standards (保障标准): a table is taken as a whole or not at all, and nothing that stands is changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.divisions import Division
from portal.domain.permissions import Actor, Permission
from portal.domain.roster_values import Problem
from portal.domain.standard_sheets import read_standards
from portal.domain.standards import Series, Standard
from portal.importing.workbooks import read_workbook
from portal.models.standards import Standard as Row
from portal.models.transaction import transaction
from portal.queries.divisions import divisions_around
from portal.queries.standards import standards
from portal.usecases import audit
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.site import bump_revision


@dataclass(frozen=True, slots=True)
class StandardsOutcome:
    """How many entries are new, how many of these correct one, how many stood there; or why nothing was written."""

    added: int
    corrected: int
    unchanged: int
    problems: tuple[Problem, ...]


def import_standards(
    services: Services, actor: Actor, upload: Upload, *, at: datetime, corrects: bool = False
) -> StandardsOutcome:
    """Enter a table of standards for the actor's city or county and what lies below; public at once, so he publishes.

    RefusedError for a file that cannot be read at all; every fault of a cell is in the outcome.
    """
    actor.require(Permission.PUBLISH)
    workbook = read_workbook(upload.content, upload.filename)
    with transaction() as session:
        places, words = places_of(actor), services.rulebook.standard_words
        sheet = read_standards(workbook, words, places, standards(), corrects=corrects)
        if sheet.problems:
            return StandardsOutcome(0, 0, 0, sheet.problems)
        enter(session, actor, sheet.entries, actor.division_code, sheet.corrections, at=at)
        return StandardsOutcome(len(sheet.entries), sheet.corrections, sheet.unchanged, ())


def places_of(actor: Actor) -> dict[str, Division]:
    """The places for which the actor may enter standards, by code: his own and those below it."""
    around = divisions_around(actor.division_code)
    return {str(one.code): one for one in around if one.path.startswith(actor.division_path)}


def enter(
    session: Session, actor: Actor, entries: Collection[Standard], division_code: str, corrections: int, *,
    at: datetime,
) -> None:  # fmt: skip
    """Write entries in the actor's name; from now on they count, and everybody reads them."""
    for entry in entries:
        session.add(_row(session, actor, entry, at=at))
    if entries:
        subject, added = f"standards:{division_code}", len(entries)
        audit.record(session, actor, "standards.imported", subject, at=at, added=added, corrected=corrections)
        bump_revision(session)


def _row(session: Session, actor: Actor, entry: Standard, *, at: datetime) -> Row:
    series = entry.series
    return Row(
        program=series.program, residence=series.residence, division_code=series.division_code,
        valid_from=series.valid_from, ordinal=_former(session, series) + 1, amount_fen=entry.amount_fen,
        document_number=entry.document_number, note=entry.note, entered_by=actor.account_id, entered_at=at,
    )  # fmt: skip


def _former(session: Session, series: Series) -> int:
    same = (
        Row.program == series.program, Row.residence == series.residence,
        Row.division_code == series.division_code, Row.valid_from == series.valid_from,
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(Row).where(*same)) or 0
