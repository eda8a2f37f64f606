"""The paper of a published answer, made from what the gate lets out."""

from collections.abc import Mapping
from typing import Any

from portal.config import Settings
from portal.domain.case_publications import (
    CATEGORY_NAMES,
    KIND_NAMES,
    OUTCOME_NAMES,
    read_pieces,
    words_of_answer,
)
from portal.domain.cases import CaseKind, Category, Outcome
from portal.printing.papers import Block, DocumentPaper, Heading, Paragraph
from portal.queries.publications import PublicView
from portal.queries.view_papers import paper_of_view

HIDDEN = "本页公开的是已经办结的事项。隐去的内容以黑条标出，并写明理由。"


def case_paper(view: PublicView, settings: Settings, site_name: str, *, demo: bool) -> DocumentPaper:
    """The paper of an answer as the public may see it at the instant of the view."""
    head = view.head
    return paper_of_view(
        view, settings, site_name, demo=demo, room="cases", meta=_meta(head), blocks=(*_notes(head), *_blocks(head))
    )


def _meta(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    outcome = head["outcome"]
    rows = (
        ("类别", f"{KIND_NAMES[CaseKind(head['kind'])]}（{CATEGORY_NAMES[Category(head['category'])]}）"),
        ("地方", head["county"]["name"]),
        ("收到", _month(head["received_month"])),
        ("办结", _month(head["concluded_month"])),
        ("核查结论", OUTCOME_NAMES[Outcome(outcome)] if outcome else ""),
    )
    return tuple((label, value) for label, value in rows if value)


def _month(text: str) -> str:
    year, month = text.split("-")
    return f"{year}年{int(month)}月"


def _notes(head: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    notes = []
    if head["change_note"]:
        notes.append(f"更正说明：{head['change_note']}")
    if head["bypass_reason"]:
        notes.append(f"本件经紧急程序公开，原因：{head['bypass_reason']}")
    return tuple(map(Paragraph, notes))


def _blocks(head: Mapping[str, Any]) -> tuple[Block, ...]:
    answer = map(Paragraph, words_of_answer(read_pieces(head["answer"])))
    return (Heading(1, "摘要"), Paragraph(head["summary"]), Heading(1, "答复"), *answer, Paragraph(HIDDEN))
