"""The paper of a document, made from what the gate lets out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.config import Settings
from portal.domain.document_text import Part, PartKind, parts_of
from portal.domain.documents import DocumentCategory, Validity
from portal.domain.instants import shanghai_date
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.printing.papers import (
    Block,
    ColumnKind,
    DocumentPaper,
    Heading,
    Listing,
    Paragraph,
    Table,
    chinese_day,
)
from portal.queries.publications import PublicView
from portal.queries.view_papers import paper_of_view

CATEGORY_NAMES = {
    DocumentCategory.POLICY: "政策文件",
    DocumentCategory.GUIDE: "办事指南",
    DocumentCategory.INSPECTION_REPORT: "检查报告",
    DocumentCategory.EVALUATION_REPORT: "评估报告",
}
DEEPEST = 3
"""A paper knows three levels of headings (GB/T 9704)."""


def document_paper(view: PublicView, settings: Settings, site_name: str, *, demo: bool) -> DocumentPaper:
    """The paper of a document as the public may see it at the instant of the view."""
    head = view.head
    return paper_of_view(
        view,
        settings,
        site_name,
        demo=demo,
        room="documents",
        meta=_meta(head, shanghai_date(view.published_at)),
        blocks=(*_notes(head), *(_block(part, place) for place, part in _numbered(parts_of(head["body"])))),
    )


def _meta(head: Mapping[str, Any], published_on: date) -> tuple[tuple[str, str], ...]:
    dated_on, program = head["dated_on"], head["program"]
    rows = (
        ("索引号", head["index_number"]),
        ("种类", CATEGORY_NAMES[DocumentCategory(head["category"])]),
        ("救助项目", PROGRAM_NAMES[Program(program)] if program else ""),
        ("发布机构", head["issuer"]),
        ("发文字号", head["document_number"]),
        ("成文日期", chinese_day(date.fromisoformat(dated_on)) if dated_on else "以原件为准"),
        ("发布日期", chinese_day(published_on)),
        ("有效性", _validity(head)),
    )
    return tuple((label, value) for label, value in rows if value)


def _validity(head: Mapping[str, Any]) -> str:
    name = "已失效" if head["validity"] == Validity.VOID else "有效"
    return f"{name}（{head['validity_note']}）" if head["validity_note"] else name


def _notes(head: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    """What the page says above the text stands above it on paper too."""
    notes = []
    if head["validity"] == Validity.VOID:
        notes.append("本文件已失效，仅供查阅，不能作为办理依据。")
    if head["change_note"]:
        notes.append(f"更正说明：{head['change_note']}")
    if head["bypass_reason"]:
        notes.append(f"本件经紧急程序公开，原因：{head['bypass_reason']}")
    return tuple(map(Paragraph, notes))


def _numbered(parts: tuple[Part, ...]) -> list[tuple[int, Part]]:
    """Each part with the number of tables up to it."""
    tables = 0
    numbered = []
    for part in parts:
        tables += part.kind is PartKind.TABLE
        numbered.append((tables, part))
    return numbered


def _block(part: Part, ordinal: int) -> Block:
    match part.kind:
        case PartKind.HEADING:
            return Heading(min(part.level, DEEPEST), part.lines[0])
        case PartKind.PARAGRAPH:
            return Paragraph(part.lines[0])
        case PartKind.TABLE:
            places = range(len(part.lines))
            kinds = tuple(ColumnKind.NUMBER if place in part.number_places else ColumnKind.TEXT for place in places)
            return Table(f"表{ordinal}", part.lines, kinds, part.rows)
        case PartKind.BULLETS | PartKind.NUMBERED:
            return Listing(part.kind is PartKind.NUMBERED, part.lines)
