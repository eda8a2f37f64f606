"""How a list of recipients is laid out: one record a line, or several names beside each other when names are all."""

from dataclasses import dataclass, field

from portal.printing.papers import ColumnKind, Group

NAMES_ACROSS = 5
"""Lists of one column (names alone) would waste nine tenths of the sheet: so many names stand on one line."""


@dataclass(frozen=True, slots=True)
class Section:
    """The lines under one place, filled up with empty cells to one width; `count` says how many records they hold."""

    place: str
    count: int
    lines: tuple[tuple[str, ...], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A table ready for the template. `kinds` has one entry for each printed cell of a line."""

    labels: tuple[str, ...]
    kinds: tuple[ColumnKind, ...]
    sections: tuple[Section, ...]

    @property
    def is_grid(self) -> bool:
        """Whether several records stand on one line under one label."""
        return len(self.kinds) > len(self.labels)

    @property
    def line_count(self) -> int:
        """The printed lines of the table, headings of places included."""
        return sum(len(section.lines) + bool(section.place) for section in self.sections)


def _side_by_side(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    names = [row[0] for row in rows]
    lines = (names[at : at + NAMES_ACROSS] for at in range(0, len(names), NAMES_ACROSS))
    return tuple((*line, *[""] * (NAMES_ACROSS - len(line))) for line in lines)


def listed(labels: tuple[str, ...], kinds: tuple[ColumnKind, ...], groups: tuple[Group, ...]) -> Listed:
    """Lay out the groups of a paper; groups without rows are left out."""
    filled = [group for group in groups if group.rows]
    if len(labels) > 1:
        sections = tuple(Section(group.place, len(group.rows), group.rows) for group in filled)
        return Listed(labels, kinds, sections)
    sections = tuple(Section(group.place, len(group.rows), _side_by_side(group.rows)) for group in filled)
    return Listed(labels, kinds * NAMES_ACROSS, sections)
