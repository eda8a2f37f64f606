"""What the papers of all publications have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.config import Settings
from portal.domain.instants import shanghai_date
from portal.printing.papers import Block, DocumentPaper, Paragraph
from portal.queries.publications import PublicView


@dataclass(frozen=True, slots=True)
class PaperContent:
    """What an area puts on its paper: the facts above, of which empty ones are left out, and what stands below."""

    meta: Sequence[tuple[str, str]]
    blocks: Sequence[Block]


def said_of_itself(head: Mapping[str, Any]) -> list[str]:
    """That a publication corrects, and that it came about in an emergency."""
    notes = []
    if head["change_note"]:
        notes.append(f"更正说明：{head['change_note']}")
    if head["bypass_reason"]:
        notes.append(f"本件经紧急程序公开，原因：{head['bypass_reason']}")
    return notes


def noted(head: Mapping[str, Any]) -> tuple[Paragraph, ...]:
    """The same as paragraphs."""
    return tuple(map(Paragraph, said_of_itself(head)))


def paper_of_view(
    view: PublicView, content: PaperContent, settings: Settings, site_name: str, *, demo: bool
) -> DocumentPaper:
    """A paper as the public may see it at the instant of the view."""
    dated = shanghai_date(view.published_at)
    url = f"{settings.public_url}/{view.area}/{view.number}"
    return DocumentPaper(
        site_name=site_name,
        demo=demo,
        number=view.number,
        title=view.title,
        meta=tuple((label, value) for label, value in content.meta if value),
        addressee=None,
        blocks=tuple(content.blocks),
        office_name=view.head["office"]["name"],
        dated=dated,
        url=url,
        short_address=url.split("://", 1)[1],
        sha256=view.sha256,
        footer_note="",
        document_date=dated,
    )
