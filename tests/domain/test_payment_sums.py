"""What the year pages add up of payments tells nothing of the places that a batch hides."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode, Level
from portal.domain.fund_overviews import FundColumn, Overview, SumTable, by_month, overview
from portal.domain.fund_totals import FundFigure, FundStage
from portal.domain.money import Fen
from portal.domain.payment_hiding import Smallness
from portal.domain.payments import PaymentBatch, PaymentKind, PaymentRow, ToldBatch, told_by, told_places
from portal.domain.programs import Program
from portal.domain.statistics import Shown

COUNTY = DivisionCode("370811")
LEAST = Smallness(persons=10, households=3)

ROWS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 25), st.integers(100, 10**7)), min_size=1, max_size=7)
BATCHES = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Program), ROWS), min_size=1, max_size=4)


def batch_of(month: int, program: Program, rows: Sequence[tuple[int, int, int]], level: Level = Level.COUNTY):
    places = tuple(
        PaymentRow(DivisionCode(f"3708110{place:02d}"), f"镇{place}", households, households + more, Fen(amount))
        for place, (households, more, amount) in enumerate(rows)
    )
    return PaymentBatch(COUNTY, "任城区", level, date(2026, month, 1), program, PaymentKind.BASIC, None, places)


def page(batches: Iterable[PaymentBatch]) -> tuple[Overview, SumTable[int]]:
    """All that a year page shows of some batches."""
    figures = [
        FundFigure(FundStage.PAID, 2026, COUNTY, code, told.amount_fen, batch.month.month, batch.program)
        for batch in batches
        for code, told in told_places(batch, told_by(batch, LEAST)).items()
    ]
    months = [(figure.month, figure.amount_fen) for figure in figures]
    sums = {month: Fen(sum(amount for of, amount in months if of == month)) for month, _amount in months}
    return overview(figures, figures, figures), by_month({FundColumn.PAID: list(sums.items())})


def hidden(batch: PaymentBatch) -> list[int]:
    """The places in its rows that are not told."""
    shown = {row.code for row in told_by(batch, LEAST).rows if row.figures}
    return [place for place, row in enumerate(batch.rows) if row.code not in shown]


def shifted(batch: PaymentBatch) -> PaymentBatch:
    """The same batch had its hidden places shared their money otherwise."""
    places = hidden(batch)
    told: ToldBatch = told_by(batch, LEAST)
    if told.total is None:
        return replace(batch, rows=tuple(replace(row, amount_fen=Fen(row.amount_fen + 7)) for row in batch.rows))
    if not places:
        return batch
    first, last = places[0], places[-1]
    moved = batch.rows[first].amount_fen // 2
    rows = list(batch.rows)
    rows[first] = replace(rows[first], amount_fen=Fen(rows[first].amount_fen - moved))
    rows[last] = replace(rows[last], amount_fen=Fen(rows[last].amount_fen + moved))
    return replace(batch, rows=tuple(rows))


@given(BATCHES)
def test_a_year_page_is_the_same_however_hidden_places_share_their_money(plan):
    batches = [batch_of(*one) for one in plan]
    other = list(map(shifted, batches))
    assume(batches != other)
    assert page(batches) == page(other)


@given(BATCHES)
def test_no_hidden_place_stands_alone_behind_a_sum(plan):
    for one in plan:
        batch = batch_of(*one)
        told = told_by(batch, LEAST)
        # Of a batch of one place the level above stands in that place's stead: its sum is told, its name is not.
        assert told.total is None or len(hidden(batch)) != 1 or (len(batch.rows) == 1 and not told.rows)
        assert told_places(batch, told).keys().isdisjoint(batch.rows[place].code for place in hidden(batch))


@given(BATCHES)
def test_what_is_told_of_a_year_adds_up_to_what_its_batches_tell(plan):
    batches = [batch_of(*one) for one in plan]
    expected = sum(told.total.amount_fen for batch in batches if (told := told_by(batch, LEAST)).total)
    view, months = page(batches)
    assert sum(view.parts.totals) == sum(view.programs.totals) == sum(months.totals) == expected


def test_of_a_township_its_own_sum_alone_is_added_up():
    batch = batch_of(1, Program.SUBSISTENCE_ALLOWANCE, [(12, 3, 500), (2, 0, 300)], Level.TOWNSHIP)
    assert {code: told.amount_fen for code, told in told_places(batch, told_by(batch, LEAST)).items()} == {COUNTY: 800}


def test_a_real_table_of_another_county_comes_out_at_its_sums_and_hides_its_small_town():
    # 福建省德化县民政局 2024-11-15, 10月城市低保统计: 龙浔镇, 浔中镇, 上涌镇 with three persons, 县合计
    towns = [(90, 171, 110_989), (80, 137, 84_484), (3, 3, 2_155)]
    rows = [(households, persons - households, 100 * yuan) for households, persons, yuan in towns]
    batch = batch_of(10, Program.SUBSISTENCE_ALLOWANCE, rows)
    told = told_by(batch, LEAST)
    assert told.total is not None
    assert (told.total.households, told.total.persons, told.total.amount_fen) == (173, 311, 19_762_800)
    assert [row.shown for row in told.rows if row.figures is None] != []
    assert Shown.FIGURES not in {row.shown for row in told.rows if row.name == "镇2"}
    view, _months = page([batch])
    assert view.parts.totals == (told.total.amount_fen,)
    assert 215_500 not in {amount for row in view.parts.rows for amount in row.amounts}
