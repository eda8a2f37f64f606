"""The pictures of the year pages: each with the table and the CSV that are made from the very same sums."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar

from flask import url_for
from flask_babel import gettext as _

from portal.charts.bars import Bar, bar_chart
from portal.charts.boundaries import Outline, boundary_map
from portal.charts.flows import Flow, FlowPart, flow_chart
from portal.charts.lettering import Lettering
from portal.charts.tiles import Tile, tile_map
from portal.domain.boundaries import Boundaries
from portal.domain.division_tiles import DivisionTile
from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.fund_overviews import CLASSES, FundColumn, Overview, SumTable, classes
from portal.domain.funds import FundSource
from portal.domain.money import Fen
from portal.domain.programs import Program
from portal.domain.registers import RegisterKind
from portal.queries.divisions import DivisionTree
from portal.queries.fund_overviews import PaidPersons
from portal.queries.registers import PartSums
from portal.web.chart_letters import letters
from portal.web.filters import large_money
from portal.web.fund_courses import course_picture
from portal.web.fund_persons import persons_picture, program_name
from portal.web.fund_registers import register_slug, registers_picture
from portal.web.fund_tables import Chart, Line, Picture, columns_of, scaled
from portal.web.labels import label
from portal.web.languages import current_language

K = TypeVar("K", bound=Hashable)

MOST_KEPT = 64
"""So many pages are kept drawn in a process: the city, its counties and some years of them, some six megabytes."""
MOST_FLOWS = 2
"""The budget and what has been allocated of it are drawn; further columns stand in the table.

What came back is never drawn: it flowed nowhere."""


@dataclass(frozen=True, slots=True)
class Places:
    """How a page names the parts of its division, and which of them have a page of their own in its year."""

    year: int
    whole: Division
    tree: DivisionTree
    tiles: tuple[DivisionTile, ...]
    boundaries: Boundaries | None
    urls: Mapping[DivisionCode, str]

    def name(self, code: DivisionCode) -> str:
        """A part's name in full; of a county what is told of no town, of the city what it keeps for itself."""
        name = self.tree.by_code[code].display_name
        if code != self.whole.code:
            return name
        return str(_("%(place)s本级", place=name) if self.whole.level is Level.CITY else _("其余各镇街"))

    def short(self, code: DivisionCode) -> str:
        """The name that stands on a tile, where there is one."""
        return next((tile.name for tile in self.tiles if tile.code == code), self.name(code))

    def url(self, code: DivisionCode) -> str:
        """The page of a county of the city."""
        return self.urls.get(code, "")


def places_of(
    year: int, whole: Division, tree: DivisionTree, tiles: tuple[DivisionTile, ...], boundaries: Boundaries | None
) -> Places:
    """The places of a page; their addresses are made once for all pictures."""
    counties = tree.below(whole.code) if whole.level is Level.CITY else ()
    urls = {county.code: url_for("public_funds.division", year=year, code=county.code) for county in counties}
    return Places(year, whole, tree, tiles, boundaries, urls)


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells: the sums of its year, its months, what persons got, and the registers of its parts."""

    view: Overview
    months: SumTable[int]
    persons: Mapping[Program, PaidPersons]
    registers: tuple[PartSums, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """All that the pictures of a page are made of; they hold the language and the size of letters that were asked."""

    told: Told
    places: Places
    language: str
    letters: Lettering

    def __hash__(self) -> int:
        """By what differs from page to page; the rest is compared."""
        return hash((self.places.year, self.places.whole.code, self.language, self.letters, self.told.view.sources))


def pictures_of(told: Told, places: Places, only: str = "") -> tuple[Picture, ...]:
    """The pictures of a page in their order, or one of them; one of which nothing is told is left out.

    Those of a whole page are drawn once for the same figures: most of what is published leaves a year as it is.
    """
    return _made(told, places, only) if only else _kept(_Asked(told, places, current_language(), letters()))


@lru_cache(maxsize=MOST_KEPT)
def _kept(asked: _Asked) -> tuple[Picture, ...]:
    return _made(asked.told, asked.places)


def _made(told: Told, places: Places, only: str = "") -> tuple[Picture, ...]:
    makers: Mapping[str, Callable[[], Picture | None]] = {
        "sources": lambda: _sources(told.view.sources, places),
        "places": lambda: _parts(told.view, places),
        "programs": lambda: _programs(told.view.programs, places),
        "months": lambda: _months(told.months),
        "course": lambda: course_picture(told.months, told.view.budget_fen),
        "persons": lambda: persons_picture(told.persons),
        **{register_slug(kind): partial(_registers, kind, told, places) for kind in RegisterKind},
    }
    made = (make() for slug, make in makers.items() if only in {"", slug})
    return tuple(picture for picture in made if picture is not None)


def _registers(kind: RegisterKind, told: Told, places: Places) -> Picture | None:
    return registers_picture(kind, told.registers, places.name, places.short, places.url)


def _sources(table: SumTable[FundSource | None], places: Places) -> Picture | None:
    def name(source: FundSource | None) -> str:
        return str(label(source)) if source else _("没有分来源")

    return _picture("sources", _("钱从哪里来"), _("来源"), table, name, lambda _source: "", places, runs_in=True)


def _programs(table: SumTable[Program | None], places: Places) -> Picture | None:
    return _picture(
        "programs", _("用在哪个项目"), _("救助项目"), table, program_name, lambda _program: "", places, runs_in=False
    )


def _months(table: SumTable[int]) -> Picture | None:
    """Month by month; a month of which a column tells nothing is left empty, for no zero has been published."""
    if table.shown is None:
        return None
    lines = tuple(Line(_month(row.key), "", "", row.told) for row in table.rows)
    moved: tuple[FundColumn, ...] = tuple(one for one in table.columns if one is not FundColumn.RETURNED)
    charts = tuple(_month_chart(table, column) for column in moved or table.columns[:1])
    return Picture("months", _("各月的钱"), _("月份"), columns_of(table.columns), lines, table.totals, charts)


def _month_chart(table: SumTable[int], column: FundColumn) -> Chart:
    told = [(row.key, amount) for row, amount in zip(table.rows, table.column(column), strict=True) if amount]
    unit, numbers = scaled([amount for _key, amount in told])
    bars = [Bar(_month(month), amount, numbers[place]) for place, (month, amount) in enumerate(told)]
    title = _("各月%(column)s（%(unit)s）", column=label(column), unit=unit)
    return Chart(title, bar_chart(f"months-{column}", title, _("数字与这里的表相同。"), bars, letters=letters()))


def _month(month: int) -> str:
    return str(_("%(month)s月", month=month) if month else _("没有分月"))


def _parts(view: Overview, places: Places) -> Picture | None:
    table = view.parts
    if [row.key for row in table.rows] == [places.whole.code]:
        return None
    found = _picture("places", _("到了哪些地方"), _("地方"), table, places.name, places.url, places, runs_in=False)
    if found is None or table.shown is None:
        return found
    sums = zip((row.key for row in table.rows), table.column(table.shown), strict=True)
    drawn = {code: amount for code, amount in sums if amount}
    told, column = {row.key for row in table.rows}, str(label(table.shown))
    map_ = (_map(drawn, told, places, column),) if places.whole.level is Level.CITY else ()
    small = _small_multiples(view.multiples, places, column)
    return Picture(
        found.slug, found.title, found.heading, found.columns, found.lines, found.totals,
        (*found.charts, *map_, *small),
    )  # fmt: skip


def _picture(
    slug: str, title: str, heading: str, table: SumTable[K], name: Callable[[K], str], url: Callable[[K], str],
    places: Places, *, runs_in: bool,
) -> Picture | None:  # fmt: skip
    if not table.rows or table.shown is None:
        return None
    lines = tuple(Line(name(row.key), url(row.key), _code(row.key), row.told) for row in table.rows)
    drawn = [place for place, column in enumerate(table.columns) if column is not FundColumn.RETURNED]
    charts = tuple(
        _flow(f"flow-{slug}-{place}", title, table, place, places, name, url, runs_in=runs_in)
        for place in drawn[: MOST_FLOWS if slug == "places" else 1]
    )
    is_partly_untold = any(row.key is None for row in table.rows)
    return Picture(
        slug, title, heading, columns_of(table.columns), lines, table.totals, charts, is_partly_untold=is_partly_untold
    )


def _flow(
    ident: str, title: str, table: SumTable[K], place: int, places: Places, name: Callable[[K], str],
    url: Callable[[K], str], *, runs_in: bool,
) -> Chart:  # fmt: skip
    """One column as a flow; what is nothing is not drawn."""
    column, total = str(label(table.columns[place])), table.totals[place]
    whole = FlowPart(
        _("%(place)s%(column)s", place=places.whole.display_name, column=column), total, large_money(total)
    )
    parts = [
        FlowPart(_short(row.key, places, name), row.amounts[place], large_money(row.amounts[place]), url(row.key))
        for row in table.rows
        if row.amounts[place]
    ]
    words = _("%(column)s，合计%(total)s；数字与这里的表相同。", column=column, total=large_money(total))
    told = _headline(column, total, parts) or _("%(title)s：%(column)s", title=title, column=column)
    return Chart(told, flow_chart(ident, told, words, Flow(whole, parts, runs_in, letters())))


def _headline(column: str, total: int, parts: Sequence[FlowPart]) -> str:
    """What is to be seen: how much it is, and which part is the greatest; nothing where no part is."""
    greatest = max(parts, key=lambda part: part.value, default=None)
    if greatest is None or sum(part.value == greatest.value for part in parts) > 1:
        return ""
    told = {"column": column, "total": large_money(total), "name": greatest.label}
    if len(parts) == 1:
        return str(_("%(column)s %(total)s，都是%(name)s", **told))
    share = f"{Decimal(100 * greatest.value) / total:.1f}"
    return str(_("%(column)s %(total)s，%(name)s最多，占%(share)s%%", **told, share=share))


def _code(key: object) -> str:
    return str(key) if isinstance(key, str) else ""


def _short(key: Any, places: Places, name: Callable[[Any], str]) -> str:
    return places.short(key) if key in places.tree.by_code and key != places.whole.code else name(key)


def _map(drawn: Mapping[DivisionCode, Fen], told: Collection[DivisionCode], places: Places, column: str) -> Chart:
    """Every unit of the city; one of which nothing is told stands there without a number, and without a page a link."""
    levels = dict(zip(drawn, classes(list(drawn.values())), strict=True))
    unit, numbers = scaled(list(drawn.values()))
    texts = dict(zip(drawn, numbers, strict=True))
    legend, same = _legend(levels, texts, drawn, unit), _("数字与这里的表相同。")

    def shown(code: DivisionCode) -> tuple[str, int, str]:
        return texts.get(code, "—"), levels.get(code, 0), places.url(code) if code in told else ""

    if (real := places.boundaries) is not None:
        title = _("各地%(column)s（%(unit)s）", column=column, unit=unit)
        outlines = [Outline(one.path, one.x, one.y, places.short(one.code), *shown(one.code)) for one in real.shapes]
        approval = _("审图号：%(number)s", number=real.approval_number)
        return Chart(title, boundary_map("map", title, same, real.size, outlines, legend, approval, letters()))
    title = _("各地%(column)s（%(unit)s），方块大致按方位排列，不是真实边界", column=column, unit=unit)
    tiles = [Tile(tile.column, tile.row, tile.name, *shown(tile.code)) for tile in places.tiles]
    return Chart(title, tile_map("map", title, same, tiles, legend, letters()))


def _legend(
    levels: Mapping[DivisionCode, int], texts: Mapping[DivisionCode, str], drawn: Mapping[DivisionCode, Fen], unit: str
) -> list[tuple[int, str]]:
    found = []
    for level in range(1, CLASSES + 1):
        members = sorted((drawn[code], texts[code]) for code in levels if levels[code] == level)
        if members:
            least, most = members[0][1], members[-1][1]
            words = f"{least} {unit}" if least == most else f"{least} – {most} {unit}"
            found.append((level, words))
    return [*found, (0, _("没有公布"))]


def _small_multiples(
    sums: Mapping[Program | None, Mapping[DivisionCode, Fen]], places: Places, column: str
) -> tuple[Chart, ...]:
    """One chart of all parts for each programme, all in one scale, so that they can be compared."""
    if len(sums) < 2:  # noqa: PLR2004 - one programme alone is the picture above
        return ()
    codes = sorted({code for parts in sums.values() for code in parts})
    unit, _numbers = scaled([amount for parts in sums.values() for amount in parts.values()])
    most = max((amount for parts in sums.values() for amount in parts.values()), default=0)
    charts = []
    for place, (program, parts) in enumerate(sums.items()):
        _unit, numbers = scaled([*(parts.get(code, Fen(0)) for code in codes), Fen(most)])
        bars = [
            Bar(places.short(code), parts.get(code, 0), numbers[at] if parts.get(code) else "—")
            for at, code in enumerate(codes)
        ]
        title = _("%(program)s：%(column)s（%(unit)s）", program=program_name(program), column=column, unit=unit)
        drawing = bar_chart(
            f"program-{place}", title, _("各项目用同一个尺度，可以互相比较。"), bars, full=most, letters=letters()
        )
        charts.append(Chart(title, drawing))
    return tuple(charts)
