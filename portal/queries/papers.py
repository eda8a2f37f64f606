"""The paper of a publication, made from what the gate lets out, and the printed file that shows exactly that."""

from itertools import groupby

from sqlalchemy import select

from portal.config import Settings
from portal.domain.causes import CAUSE_NAMES, Cause
from portal.domain.instants import shanghai_date
from portal.domain.notice_papers import (
    SEALED_SENTENCE,
    NoticeWords,
    cells_of,
    column_labels,
    objection_lines,
    words_of,
)
from portal.domain.notices import NoticeColumn
from portal.domain.publications import Area, Face
from portal.files.store import FileStore
from portal.models.base import db
from portal.models.publications import Paper
from portal.printing.papers import ColumnKind, DocumentPaper, Group, NoticePaper
from portal.queries.allocation_papers import allocation_content
from portal.queries.budget_papers import budget_content
from portal.queries.case_papers import case_content
from portal.queries.document_papers import document_content
from portal.queries.payment_papers import payment_content
from portal.queries.publications import PublicView, list_page
from portal.queries.register_papers import register_content
from portal.queries.view_papers import paper_of_view, said_of_itself

SITE_NAME = "济宁市社会救助资金公开与投诉举报平台"
PLACE = NoticeColumn.VILLAGE
_CONTENTS = {
    Area.DOCUMENTS: document_content,
    Area.CASES: case_content,
    Area.ALLOCATIONS: allocation_content,
    Area.BUDGETS: budget_content,
    Area.PAYMENTS: payment_content,
    Area.REGISTERS: register_content,
}
"""What stands on the papers of all areas but the lists."""
NUMBERS = frozenset({NoticeColumn.HOUSEHOLD_SIZE, NoticeColumn.PERSONS_COVERED, NoticeColumn.AMOUNT})


def printed_file(view: PublicView, store: FileStore) -> bytes | None:
    """The printed PDF of exactly this face; nothing when it is not printed yet or was deleted."""
    query = select(Paper.sha256).where(Paper.revision_id == view.revision_id, Paper.variant == variant_of(view))
    digest = db.session.execute(query).scalar_one_or_none()
    return store.get(digest) if digest else None


def variant_of(view: PublicView) -> str:
    """Which paper shows this face: the face itself, and the last day while there is one (a period may be extended)."""
    day = view.period_last_on.strftime("%m%d") if view.period_last_on and view.face is Face.FULL else ""
    return f"{view.face}{day}"


def row_total(view: PublicView) -> int:
    """How many rows the paper will hold; decides whether it may be printed while somebody waits."""
    return int(view.head["totals"]["households"]) if view.face is Face.FULL else 0


def paper_of(view: PublicView, settings: Settings, *, demo: bool) -> NoticePaper | DocumentPaper:
    """The paper of any publication as the public may see it at the instant of the view."""
    if view.area is Area.NOTICES:
        return notice_paper(view, settings, demo=demo)
    return paper_of_view(view, _CONTENTS[view.area](view), settings, SITE_NAME, demo=demo)


def notice_paper(view: PublicView, settings: Settings, *, demo: bool) -> NoticePaper:
    """The paper of a notice as the public may see it at the instant of the view."""
    head = view.head
    columns = tuple(NoticeColumn(column) for column in head["columns"])
    words = words_of(head, view.period_last_on)
    dated = shanghai_date(view.published_at)
    short = f"{settings.public_url}/notices/{view.number}"
    return NoticePaper(
        site_name=SITE_NAME,
        demo=demo,
        number=view.number,
        title=view.title,
        basis=words.basis,
        lead=words.lead,
        caption=_caption(view),
        column_labels=tuple(
            label for column, label in zip(columns, column_labels(head), strict=True) if column is not PLACE
        ),
        column_kinds=tuple(_kind(column) for column in columns if column is not PLACE),
        groups=_groups(view),
        totals=("，".join(str(total) for total in words.totals) + "。",),
        cause_lines=_cause_lines(words),
        period_line=str(words.period) if words.period else None,
        notes=_notes(view, words),
        objection_lines=tuple(str(line) for line in objection_lines(head, short)) if words.period else (),
        office_name=head["office"]["name"],
        dated=dated,
        url=short,
        short_address=short.split("://", 1)[1],
        sha256=view.sha256,
        footer_note=str(words.footer) if words.footer and view.face is Face.FULL else "",
        document_date=dated,
        row_unit=head["row_unit"],
    )


def _caption(view: PublicView) -> str:
    return "名　　单" if view.face is Face.FULL else ""


def _kind(column: NoticeColumn) -> ColumnKind:
    return ColumnKind.NUMBER if column in NUMBERS else ColumnKind.TEXT


def _groups(view: PublicView) -> tuple[Group, ...]:
    """The rows under their places; the place itself stands in the heading, so the other columns get its width."""
    columns = tuple(NoticeColumn(column) for column in view.head["columns"])
    rows = [cells_of(columns, row) for page in range(1, int(view.head["pages"]) + 1) for row in list_page(view, page)]
    if PLACE not in columns:
        return (Group("", tuple(rows)),) if rows else ()
    at = columns.index(PLACE)
    by_place = groupby(rows, key=lambda row: row[at])
    return tuple(Group(place, tuple(row[:at] + row[at + 1 :] for row in group)) for place, group in by_place)


def _cause_lines(words: NoticeWords) -> tuple[str, ...]:
    lines = []
    if words.causes:
        counts = "、".join(f"{CAUSE_NAMES[Cause(cause)]}{count}户" for cause, count in words.causes)
        lines.append(f"救助事由：{counts}。")
    if words.emergency:
        lines.append(f"{words.emergency}。")
    return (*lines, *(f"{standard}。" for standard in words.standards))


def _notes(view: PublicView, words: NoticeWords) -> tuple[str, ...]:
    notes = []
    if view.face is Face.SEALED and words.period:
        notes.append(f"{SEALED_SENTENCE}。名单已依规定封存，只保留件数和合计。")
    if view.face is Face.COUNTS_ONLY:
        notes.append("名单依规定只在村（社区）公示栏张贴，本网站只公布件数和合计。")
    return (*notes, *said_of_itself(view.head))
