from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.divisions import DivisionCode, Level
from portal.domain.money import Fen
from portal.domain.payment_hiding import Smallness
from portal.domain.payments import (
    PaymentBatch,
    PaymentKind,
    PaymentRow,
    Residence,
    draft_of,
    read_draft,
    read_told,
    told_as_json,
    told_by,
)
from portal.domain.programs import Program
from portal.domain.statistics import Shown

LEAST = Smallness(10, 3)

places = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 3), st.integers(1, 900_00)).map(
        lambda one: (one[0], one[0] * (1 + one[1]), one[0] * one[2])
    ),
    min_size=1,
    max_size=9,
)


def batch(rows: list[tuple[int, int, int]]) -> PaymentBatch:
    """A township's batch of (households, persons, fen) by village."""
    return PaymentBatch(
        DivisionCode("370811002"), "许庄街道", Level.TOWNSHIP, date(2026, 10, 1), Program.SUBSISTENCE_ALLOWANCE,
        PaymentKind.BASIC, Residence.RURAL,
        tuple(
            PaymentRow(DivisionCode(f"3708110022{number:02d}"), f"第{number}村", households, persons, Fen(amount))
            for number, (households, persons, amount) in enumerate(rows)
        ),
    )  # fmt: skip


@given(places)
@example([(1, 1, 1), (1, 1, 1), (2, 8, 2)])
def test_what_is_told_adds_up_and_no_small_place_is_told(rows):
    made = batch(rows)
    told = told_by(made, LEAST)
    if made.persons < LEAST.persons or told.total is None:
        assert (told.rows, told.rest, told.total) == ((), None, None)
        hardly_more_than_places = made.households < len(made.rows) + 2 or made.persons < len(made.rows) + 4
        assert made.persons < LEAST.persons or made.households < LEAST.households or hardly_more_than_places
        return
    figures = [row.figures for row in told.rows if row.figures] + ([told.rest] if told.rest else [])
    for name in ("households", "persons", "amount_fen"):
        assert sum(getattr(one, name) for one in figures) == getattr(told.total, name)
    for row in made.rows:
        if row.persons < LEAST.persons or row.households < LEAST.households:
            assert row.code not in told.told
    assert all(row.households >= LEAST.households for row in made.rows if row.code in {one.code for one in told.rows})


@given(places)
@example([(2, 8, 2), (3, 9, 3), (3, 12, 3), (7, 7, 7)])
def test_a_hidden_place_cannot_be_worked_out_from_the_rest(rows):
    made = batch(rows)
    told = told_by(made, LEAST)
    hidden = [row for row in made.rows if row.code not in told.told]
    if told.total is None or not hidden:
        return
    assert told.rest is not None
    assert told.rest.persons >= LEAST.persons
    assert len(hidden) > 1 or told.total == told.rest
    small = [row.persons for row in hidden if row.persons < LEAST.persons]
    others = sum(1 for row in hidden if row.persons >= LEAST.persons)
    named_small = any(row.shown is Shown.SMALL for row in told.rows)
    if small and named_small:
        # What a reader can tell of one small place who knows how many places there are and which are small.
        most = min(LEAST.persons - 1, told.rest.persons - (len(small) - 1) - others * LEAST.persons)
        least = 1 if others else max(1, told.rest.persons - (len(small) - 1) * (LEAST.persons - 1))
        assert most - least + 1 >= LEAST.persons // 2


@given(places, st.data())
def test_what_one_revision_hides_no_later_one_tells(rows, data):
    first = told_by(batch(rows), LEAST)
    changed = [(h, p + data.draw(st.integers(0, 20)), a) for h, p, a in rows]
    if first.total is None:
        return
    untold = {row.code for row in batch(rows).rows} - first.told
    second = told_by(batch(changed), LEAST, stay_hidden=untold)
    assert second.told.isdisjoint(untold)


@given(places)
def test_drafts_and_snapshots_are_read_back_as_they_were(rows):
    made = batch(rows)
    told = told_by(made, LEAST)
    assert read_draft(draft_of(made)) == made
    assert read_told(told_as_json(told)) == told
