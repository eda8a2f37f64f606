"""What the search index may know of a publication: its head as the gate lets it out, never a row of a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.domain.budgets import PHASE_NAMES
from portal.domain.case_publications import read_pieces, words_of_answer
from portal.domain.document_text import words_of as document_words
from portal.domain.instants import shanghai_date
from portal.domain.notice_papers import words_of
from portal.domain.programs import PROGRAM_NAMES, PROGRAM_SHORT_NAMES, Program
from portal.domain.publications import Area, Face
from portal.domain.register_periods import Period
from portal.domain.registers import KIND_NAMES, RegisterKind, word_of
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.publications import Publication
from portal.queries.divisions import DivisionTree, division_tree
from portal.queries.publications import CHUNK, not_withdrawn, view_of, visible
from portal.search.engine import Entry

COUNTY_DEPTH = 2


def entries_of(publication_ids: Sequence[int], *, at: datetime) -> tuple[Entry, ...]:
    """The index entries of those publications that a list may show now; the others are left out."""
    entries: list[Entry] = []
    tree = division_tree()
    for start in range(0, len(publication_ids), CHUNK):
        chunk = publication_ids[start : start + CHUNK]
        gate = visible(at, Division.path).where(Publication.id.in_(chunk), not_withdrawn())
        entries += [_entry(row, tree) for row in db.session.execute(gate)]
    return tuple(entries)


def all_public_ids() -> tuple[int, ...]:
    """Every publication that has ever gone public, for a rebuild of the index."""
    query = select(Publication.id).where(Publication.live_revision_id.is_not(None)).order_by(Publication.id)
    return tuple(db.session.execute(query).scalars())


def _entry(row: Any, tree: DivisionTree) -> Entry:
    view, path = view_of(row), row[3]
    codes = path.strip("/").split("/")
    above = " ".join(tree.by_code[code].display_name for code in codes)
    program = view.head.get("program")
    return Entry(
        publication_id=view.publication_id,
        revision_id=view.revision_id,
        number=view.number,
        area=view.area,
        kind=view.head.get("kind") or view.head.get("category"),
        program=Program(program) if program else None,
        division_path=path,
        county_code=codes[1] if len(codes) >= COUNTY_DEPTH else None,
        year=shanghai_date(view.published_at).year,
        published_at=view.published_at,
        title=view.title,
        url_path=f"/{view.area}/{view.number}",
        summary=_notice_summary(view.head) if view.area is Area.NOTICES else str(view.head["summary"]),
        period_last_on=view.period_last_on,
        body=f"{above} {_BODIES[view.area](view.head)}",
        places=tuple(village["name"] for village in view.head.get("villages", ())) if view.face is Face.FULL else (),
    )


def _notice_summary(head: Mapping[str, Any]) -> str:
    totals = "，".join(str(total) for total in words_of(head, None).totals)
    return f"{head['office']['name']}　{totals}"


def _notice_body(head: Mapping[str, Any]) -> str:
    program = Program(head["program"])
    return " ".join((PROGRAM_NAMES[program], PROGRAM_SHORT_NAMES[program], head["lead"], head["basis_sentence"]))


def _document_body(head: Mapping[str, Any]) -> str:
    return " ".join((head["document_number"], head["index_number"], head["issuer"], document_words(head["body"])))


def _answer_body(head: Mapping[str, Any]) -> str:
    return " ".join(words_of_answer(read_pieces(head["answer"])))


def _allocation_body(head: Mapping[str, Any]) -> str:
    names = (one["name"] for one in head.get("divisions", ()))
    return " ".join((head.get("document_number", ""), f"{head['year']}年", *names))


def _budget_body(head: Mapping[str, Any]) -> str:
    lines = head.get("lines", ())
    words = dict.fromkeys(line[name] for name in ("place", "item") for line in lines)
    return " ".join((head.get("document_number", ""), f"{head['year']}年", PHASE_NAMES[head["phase"]], *words))


def _payment_body(head: Mapping[str, Any]) -> str:
    program, month = Program(head["program"]), head["month"]
    names = (row[1] for row in head.get("rows", ()))
    told = (PROGRAM_NAMES[program], PROGRAM_SHORT_NAMES[program], f"{month[:4]}年{int(month[5:])}月", "发放", *names)
    return " ".join((head.get("document_number", ""), *told))


def _register_body(head: Mapping[str, Any]) -> str:
    """What a told row says, and the names of the places; the words of a hidden row are not in the snapshot."""
    told = dict.fromkeys(word for row in head.get("rows", ()) for word in (row[1], *row[5]))
    return " ".join(
        (KIND_NAMES[RegisterKind(head["kind"])], str(Period.of_stored(head["period"])), *map(word_of, told))
    )


_BODIES = {
    Area.NOTICES: _notice_body,
    Area.DOCUMENTS: _document_body,
    Area.CASES: _answer_body,
    Area.ALLOCATIONS: _allocation_body,
    Area.BUDGETS: _budget_body,
    Area.PAYMENTS: _payment_body,
    Area.REGISTERS: _register_body,
}
