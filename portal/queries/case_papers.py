"""The paper of a published answer, made from what the gate lets out."""

from collections.abc import Mapping
from typing import Any

from portal.domain.case_publications import (
    CATEGORY_NAMES,
    KIND_NAMES,
    OUTCOME_NAMES,
    read_pieces,
    words_of_answer,
)
from portal.domain.cases import CaseKind, Category, Outcome
from portal.printing.papers import Block, Heading, Paragraph
from portal.queries.publications import PublicView
from portal.queries.view_papers import PaperContent, noted

HIDDEN = "本页公开的是已经办结的事项。隐去的内容以黑条标出，并写明理由。"


def case_content(view: PublicView) -> PaperContent:
    """What the paper of an answer tells."""
    return PaperContent(_meta(view.head), (*noted(view.head), *_blocks(view.head)))


def _meta(head: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    outcome = head["outcome"]
    return (
        ("类别", f"{KIND_NAMES[CaseKind(head['kind'])]}（{CATEGORY_NAMES[Category(head['category'])]}）"),
        ("地方", head["county"]["name"]),
        ("收到", _month(head["received_month"])),
        ("办结", _month(head["concluded_month"])),
        ("核查结论", OUTCOME_NAMES[Outcome(outcome)] if outcome else ""),
    )


def _month(text: str) -> str:
    year, month = text.split("-")
    return f"{year}年{int(month)}月"


def _blocks(head: Mapping[str, Any]) -> tuple[Block, ...]:
    answer = map(Paragraph, words_of_answer(read_pieces(head["answer"])))
    return (Heading(1, "摘要"), Paragraph(head["summary"]), Heading(1, "答复"), *answer, Paragraph(HIDDEN))
