"""The paper of a document, made from what the gate lets out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.document_text import Part, PartKind, parts_of
from portal.domain.documents import DocumentCategory, Validity
from portal.domain.instants import shanghai_date
from portal.domain.programs import PROGRAM_NAMES, Program
from portal.printing.papers import (
    Block,
    ColumnKind,
    Heading,
    Listing,
    Paragraph,
    Table,
    chinese_day,
)
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted

CATEGORY_NAMES = {
    DocumentCategory.POLICY: "政策文件",
    DocumentCategory.GUIDE: "办事指南",
    DocumentCategory.INSPECTION_REPORT: "检查报告",
    DocumentCategory.EVALUATION_REPORT: "评估报告",
}
DEEPEST = 3
"""A paper knows three levels of headings (GB/T 9704)."""


def document_content(view: PublicView) -> PaperContent:
    """What the paper of a document tells; what the page says above the text stands above it on paper too."""
    head = view.head
    blocks = (_block(part, place) for place, part in _numbered(parts_of(head["body"])))
    return PaperContent(_meta(head, shanghai_date(view.published_at)), (*_void(head), *noted(head), *blocks))


def _meta(head: Mapping[str, Any], published_on: date) -> tuple[tuple[str, str], ...]:
    dated_on, program = head["dated_on"], head["program"]
    return (
        ("索引号", head["index_number"]),
        ("种类", CATEGORY_NAMES[DocumentCategory(head["category"])]),
        ("救助项目", PROGRAM_NAMES[Program(program)] if program else ""),
        ("发布机构", head["issuer"]),
        ("发文字号", head["document_number"]),
        ("成文日期", chinese_day(date.fromisoformat(dated_on)) if dated_on else "以原件为准"),
        ("发布日期", chinese_day(published_on)),
        ("有效性", _validity(head)),
    )


def _validity(head: Mapping[str, Any]) -> str:
    name = "已失效" if head["validity"] == Validity.VOID else "有效"
    return f"{name}（{head['validity_note']}）" if head["validity_note"] else name


def _void(head: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    is_void = head["validity"] == Validity.VOID
    return (Paragraph("本文件已失效，仅供查阅，不能作为办理依据。"),) if is_void else ()


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
