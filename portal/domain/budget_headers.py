"""The header of a budget: what tells what a row is of, and of what division, item, phase and source its amounts are.

What is told down the rows of one table heads the columns of another: a cell is of what its row and its column say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.domain.budgets import BudgetPhase
from portal.domain.divisions import Division
from portal.domain.funds import FundSource, FundUse
from portal.domain.programs import Program


@dataclass(frozen=True, slots=True)
class Item:
    """What a line is of, besides its division."""

    code: str
    name: str
    program: Program | None
    use: FundUse


@dataclass(frozen=True, slots=True)
class MoneyGroup:
    """Columns of one division, item and phase, as far as headings tell them: sources, and their sum under `total`."""

    division: Division | None
    item: Item | None
    phase: BudgetPhase | None
    columns: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Whether the headings tell neither a division nor an item."""
        return self.division is None and self.item is None

    @property
    def sources(self) -> dict[FundSource, int]:
        """The column of each source."""
        return {source: self.columns[source] for source in FundSource if source in self.columns}


@dataclass(frozen=True, slots=True)
class BudgetHeader:
    """A header of up to three rows; `columns` are those of words, `changes` those between two phases.

    `texts` holds every heading with its cell; `strange` are columns that nobody can place, `doubles` those that tell
    what another tells.
    """

    first: int
    last: int
    columns: Mapping[str, int]
    groups: tuple[MoneyGroup, ...]
    texts: Mapping[int, tuple[tuple[str, str], ...]]
    changes: Mapping[str, int] = field(default_factory=dict)
    strange: tuple[int, ...] = ()
    doubles: tuple[int, ...] = ()

    def of_phase(self, phase: BudgetPhase) -> tuple[MoneyGroup, ...]:
        """The groups of a phase; those that tell none where the table has no column of it."""
        named = {(one.division, one.item): one for one in self.groups if one.phase is phase}
        plain = {(one.division, one.item): one for one in self.groups if one.phase is None}
        if not named:
            return tuple(plain.values())
        joined = {key: {**(plain[key].columns if key in plain else {}), **one.columns} for key, one in named.items()}
        return tuple(MoneyGroup(*key, phase, columns) for key, columns in joined.items())

    def besides(self, groups: tuple[MoneyGroup, ...]) -> tuple[tuple[MoneyGroup, ...], ...]:
        """What the table tells of other phases than those groups do."""
        read = {column for one in groups for column in one.columns.values()}
        others: dict[BudgetPhase | None, list[MoneyGroup]] = {}
        for one in self.groups:
            columns = {name: column for name, column in one.columns.items() if column not in read}
            if columns:
                others.setdefault(one.phase, []).append(MoneyGroup(one.division, one.item, one.phase, columns))
        return tuple(map(tuple, others.values()))

    @property
    def labels(self) -> tuple[int, ...]:
        """The columns of words that tell what a row is of."""
        return tuple(self.columns[name] for name in LABELS if name in self.columns)

    @property
    def names_items(self) -> bool:
        """Whether a row or a column says which item it is of."""
        return self.rows_name_items or any(one.item for one in self.groups)

    @property
    def rows_name_items(self) -> bool:
        """Whether a row says which item it is of."""
        return not ITEMS.isdisjoint(self.columns)

    @property
    def names_divisions(self) -> bool:
        """Whether a row or a column says which division it is of."""
        return "division" in self.columns or any(one.division for one in self.groups)

    @property
    def is_wide(self) -> bool:
        """Whether amounts of one row are of several divisions or items."""
        return not all(one.is_whole for one in self.groups)

    @property
    def place(self) -> str:
        """The cell of the first heading that tells what rows are of."""
        return self.texts[min(self.labels)][-1][0]

    def money_texts(self, groups: tuple[MoneyGroup, ...]) -> tuple[tuple[str, str], ...]:
        """The headings over the groups' columns with their cells."""
        columns = sorted({column for one in groups for column in one.columns.values()})
        return tuple(dict.fromkeys(text for column in columns for text in reversed(self.texts[column])))


ITEMS = frozenset({"code", "program", "code_item"})
LABELS = ("division", "code", "code_class", "code_section", "code_item", "program", "source")
