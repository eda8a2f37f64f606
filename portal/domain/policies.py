"""Small rules that the bureau decides itself and that no law fixes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Policies:
    """What statistics may tell, how soon something is looked at again, and what happens on mere request.

    The least count that statistics tell; the time until a hidden row and an undated document are looked at again; how
    many rows of a list are hidden on request before somebody has looked at the first.
    """

    smallest_count_told: int
    hidden_row_review_hours: int
    most_rows_hidden_as_asked: int
    document_review_days: int

    @property
    def hidden_row_review(self) -> timedelta:
        """From taking a row down to the end of its review."""
        return timedelta(hours=self.hidden_row_review_hours)

    @property
    def document_review(self) -> timedelta:
        """From the first draft of a document to the next look at it."""
        return timedelta(days=self.document_review_days)


def policies_from_table(table: Mapping[str, Any]) -> Policies:
    """The policies of a table; KeyError when one is missing."""
    return Policies(
        table["smallest_count_told"],
        table["hidden_row_review_hours"],
        table["most_rows_hidden_as_asked"],
        table["document_review_days"],
    )
