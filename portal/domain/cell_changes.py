"""What a correction changed in a table, told cell by cell."""

from collections.abc import Mapping
from typing import Any

from portal.domain.publications import CLOSING_KINDS, WithdrawalKind

Cells = Mapping[tuple[str, str], str]
"""What is told of a table, under its place and column."""


def changed_cells(before: Cells, after: Cells, change_kind: WithdrawalKind | None) -> list[dict[str, Any]]:
    """Every cell that differs, old and new; a correction that closes the former revision never tells an old value."""
    closing = change_kind in CLOSING_KINDS
    return [
        {
            "place": place,
            "column": column,
            "old": None if closing else before.get((place, column)),
            "new": after.get((place, column)),
        }
        for place, column in {**before, **after}
        if before.get((place, column)) != after.get((place, column))
    ]
