"""Desks that open sealed cases: what kinds there are."""

from enum import StrEnum


class DeskKind(StrEnum):
    """Whose pair of keys it is: an office's desk for cases, discipline inspection's, or the identity custodian's."""

    CASE = "case"
    DISCIPLINE = "discipline"
    CUSTODY = "custody"
