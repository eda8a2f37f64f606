"""What a page of a recipient list shows: one shape for the public page, revisions, print page and preview."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import request, url_for

from portal.domain.causes import Cause
from portal.domain.instants import shanghai_date
from portal.domain.messages import Message
from portal.domain.notice_papers import NoticeWords, cells_of, column_labels, objection_lines, words_of
from portal.domain.notices import NoticeColumn, NoticeKind
from portal.domain.programs import Program
from portal.domain.publications import Face
from portal.queries.publications import PublicView, RevisionLine, holds_now
from portal.web.addresses import outside

PLACE = NoticeColumn.VILLAGE
NUMBERS = frozenset({NoticeColumn.HOUSEHOLD_SIZE, NoticeColumn.PERSONS_COVERED, NoticeColumn.AMOUNT})


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell of a correction; `old` is nothing where its old value may not be told."""

    column: NoticeColumn
    old: str | int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a correction changed: row numbers of new rows, a count of removed ones, cells of changed ones."""

    added: int
    removed: int
    changed: tuple[tuple[int, tuple[ChangedCell, ...]], ...]


@dataclass(frozen=True, slots=True)
class VillageRows:
    """The rows of one place on a page; `anchor` is where the index of villages leads."""

    place: str
    anchor: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """Everything that a template needs besides the frozen head."""

    kind: NoticeKind
    program: Program
    words: NoticeWords
    causes: tuple[tuple[Cause, int], ...]
    columns: tuple[NoticeColumn, ...]
    labels: tuple[str, ...]
    number_places: tuple[int, ...]
    groups: tuple[VillageRows, ...]
    page: int
    pages: int
    days_left: int | None
    objection: tuple[Message, ...]
    revisions: Sequence[RevisionLine]
    changes: Changes | None
    is_live: bool

    def url_of_page(self, page: int) -> str:
        """The address of another page of the same list, below the same view."""
        return url_for(request.endpoint or "", **{**(request.view_args or {}), "page": page})


def shown_notice(
    view: PublicView,
    rows: Sequence[Sequence[str | int | None]],
    page: int,
    revisions: Sequence[RevisionLine],
    *,
    at: datetime,
) -> ShownNotice:
    """One page of a notice, ready for its template."""
    head = view.head
    every = tuple(NoticeColumn(column) for column in head["columns"])
    columns = tuple(column for column in every if column is not PLACE)
    words = words_of(head, view.period_last_on)
    return ShownNotice(
        kind=NoticeKind(head["kind"]),
        program=Program(head["program"]),
        words=words,
        causes=tuple((Cause(cause), count) for cause, count in words.causes),
        columns=columns,
        labels=tuple(label for column, label in zip(every, column_labels(head), strict=True) if column is not PLACE),
        number_places=tuple(place for place, column in enumerate(columns, start=1) if column in NUMBERS),
        groups=_groups(head, every, rows),
        page=page,
        pages=max(1, int(head["pages"])),
        days_left=_days_left(view, shanghai_date(at)),
        objection=objection_lines(head, outside("public_notices.notice", number=view.number)),
        revisions=revisions,
        changes=_changes(head.get("changes")),
        is_live=holds_now(revisions, view.ordinal),
    )


def _days_left(view: PublicView, today: date) -> int | None:
    if view.period_last_on is None or view.face is Face.SEALED:
        return None
    return (view.period_last_on - today).days


def _groups(
    head: Mapping[str, Any], columns: tuple[NoticeColumn, ...], rows: Sequence[Sequence[str | int | None]]
) -> tuple[VillageRows, ...]:
    """The rows under their places, as on paper: a village is a heading, so that the row fits a small phone."""
    if PLACE not in columns:
        return ()
    at = columns.index(PLACE)
    codes = {village["name"]: village["code"] for village in head.get("villages", ())}
    lines = [(int(row[0] or 0), cells_of(columns, row)) for row in rows]
    return tuple(
        VillageRows(place, f"v{codes[place]}", tuple((seq, cells[:at] + cells[at + 1 :]) for seq, cells in group))
        for place, group in groupby(lines, key=lambda line: line[1][at])
    )


def _changes(changes: Mapping[str, Any] | None) -> Changes | None:
    if changes is None:
        return None
    changed = tuple(
        (row["seq"], tuple(ChangedCell(NoticeColumn(cell["column"]), cell.get("old")) for cell in row["cells"]))
        for row in changes["changed"]
    )
    return Changes(len(changes["added"]), changes["removed"], changed)
