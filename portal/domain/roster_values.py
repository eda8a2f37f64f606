"""What a list is read by, and what comes of it. Nothing here shows a person in its repr."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from portal.domain.causes import Cause, CauseTable
from portal.domain.divisions import Division
from portal.domain.messages import Message
from portal.domain.money import Fen
from portal.domain.programs import AssistanceType
from portal.domain.roster_headings import HeadingTable, Meaning, RosterColumn
from portal.domain.roster_villages import VillageIndex

MAX_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RosterRequest:
    """By which rule and tables a list is read.

    `columns` are those that the rule for the notice kind allows, `required` those of them without which the list
    is refused. `mapping` and `cause_choices` are what clerks have explained, under `heading_key` and `choice_key`.
    `clean_name` gives a name without spaces and raises RefusedError when it cannot be masked. `allowed_types` are
    the assistance types that may be listed by name (empty: the programme has none); `keep_only` drops the rows of
    other types instead of refusing the list.
    """

    columns: frozenset[RosterColumn]
    required: frozenset[RosterColumn]
    id_required: bool
    headings: HeadingTable
    villages: VillageIndex
    causes: CauseTable
    clean_name: Callable[[str], str]
    mapping: Mapping[str, Meaning] = field(default_factory=dict)
    cause_choices: Mapping[str, Cause] = field(default_factory=dict)
    allowed_types: frozenset[AssistanceType] = frozenset()
    keep_only: frozenset[AssistanceType] | None = None
    max_rows: int = MAX_ROWS
    amounts_by_person: bool = False
    """Whether every row of a household that has an amount was paid it: so in rosters of payments. In lists of those who
    are to be aided it is the household's amount again."""

    @property
    def needed(self) -> frozenset[RosterColumn]:
        """The columns without which no row can be read; the village may also be told by sheet or title."""
        identity = {RosterColumn.ID_NUMBER} if self.id_required else set()
        return self.required | {RosterColumn.NAME} | identity

    def reads(self, column: RosterColumn) -> bool:
        """Whether the rule lets the column be read at all."""
        return column in self.columns or column in self.needed


@dataclass(frozen=True, slots=True)
class Problem:
    """One faulty cell: where, what is wrong and what to do, and its value in a form that gives nobody away."""

    sheet: str
    cell: str
    message: Message
    shown: str = ""


@dataclass(frozen=True, slots=True)
class UnknownHeading:
    """A heading that the clerk may explain, because a needed column is missing."""

    sheet: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class UnmappedCause:
    """A cause for which the clerk has to choose from the closed list; `text` is for his eyes alone."""

    sheet: str
    cell: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """A further person of a household whose number the sheet tells, for a keyed hash alone."""

    number: str
    row: int

    def __repr__(self) -> str:
        """Only where it stands."""
        return f"<Member row {self.row}>"


@dataclass(frozen=True, slots=True, repr=False)
class Recipient:
    """One household of the list. What the rule does not allow, or the sheet does not tell, is None.

    `name` is cleaned but full and `id_number` in normal form: both are for masking and keyed hashing, then dropped.
    """

    sheet: str
    row: int
    village: Division
    name: str
    id_number: str | None
    household_size: int | None
    persons_covered: int | None
    amount_fen: Fen | None
    assistance_type: AssistanceType | None
    cause: Cause | None
    members: tuple[Member, ...] = ()

    def __repr__(self) -> str:
        """Only where it stands: a recipient may turn up in a log or a failing test."""
        return f"<Recipient row {self.row}>"


class TypeCount(NamedTuple):
    """Rows of one assistance type and the sum of their readable amounts."""

    rows: int
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """What a total row or a line of the title states, as far as it was readable."""

    sheet: str
    cell: str
    households: int | None
    persons: int | None
    amount_fen: Fen | None


@dataclass(frozen=True, slots=True)
class Line:
    """One household as far as it could be read: what counts for the totals even when the row is faulty."""

    sheet: str
    row: int
    persons: int
    village: Division | None
    size: int | None
    covered: int | None
    yuan: Decimal | None
    assistance_type: AssistanceType | None
    kept: bool
    recipient: Recipient | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A list read: with any problem nothing of it may be used but the report."""

    recipients: tuple[Recipient, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    unknown_headings: tuple[UnknownHeading, ...]
    unmapped_causes: tuple[UnmappedCause, ...]
    types: Mapping[AssistanceType, TypeCount]
    stated_totals: tuple[StatedTotal, ...]

    @property
    def counts(self) -> dict[AssistanceType, int]:
        """Rows of each assistance type, before `keep_only` dropped any."""
        return {kind: count.rows for kind, count in self.types.items()}
