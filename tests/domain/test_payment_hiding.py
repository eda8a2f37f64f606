"""No figure of a hidden place can be worked out: another batch with another figure looks the same to the public."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest

from portal.domain.divisions import DivisionCode, Level
from portal.domain.money import Fen
from portal.domain.payment_hiding import Smallness
from portal.domain.payments import PaymentBatch, PaymentKind, PaymentRow, Residence, ToldBatch, told_by
from portal.domain.programs import Program
from portal.domain.statistics import Shown

LEAST = Smallness(10, 3)
Rows = Sequence[tuple[int, int]]


def batch(rows: Rows) -> PaymentBatch:
    """A township's batch of (households, persons) by village."""
    return PaymentBatch(
        DivisionCode("370811002"), "许庄街道", Level.TOWNSHIP, date(2026, 10, 1), Program.SUBSISTENCE_ALLOWANCE,
        PaymentKind.BASIC, Residence.RURAL,
        tuple(
            PaymentRow(DivisionCode(f"3708110022{number:02d}"), f"第{number}村", households, persons, Fen(43_600))
            for number, (households, persons) in enumerate(rows)
        ),
    )  # fmt: skip


def every_batch(places: int, most_persons: int) -> Iterator[Rows]:
    """Every way in which so many places may have households and persons, up to so many persons altogether."""
    if places == 0:
        yield ()
        return
    for persons in range(1, most_persons - places + 2):
        for rest in every_batch(places - 1, most_persons - persons):
            yield from (((households, persons), *rest) for households in range(1, persons + 1))


@pytest.mark.parametrize(("places", "most_persons"), [(2, 20), (3, 13), (4, 12)])
def test_whoever_knows_every_rule_and_every_place_cannot_tell_a_hidden_figure(places: int, most_persons: int):
    """All batches at once, under smaller bounds: those that look the same to the public differ in each figure of each hidden place."""
    least = Smallness(persons=6, households=3)
    alike: dict[ToldBatch, list[PaymentBatch]] = {}
    for rows in every_batch(places, most_persons):
        made = batch(rows)
        alike.setdefault(told_by(made, least), []).append(made)
    for told, group in alike.items():
        for place in range(places) if told.total else ():
            if group[0].rows[place].code not in told.told:
                assert len({one.rows[place].households for one in group}) > 1, [
                    (r.households, r.persons) for r in group[0].rows
                ]
                assert len({one.rows[place].persons for one in group}) > 1, [
                    (r.households, r.persons) for r in group[0].rows
                ]


@pytest.mark.parametrize(
    "rows",
    [
        [(3, 3)] * 4,
        [(3, 9), (1, 4)],
        [(1, 5), (1, 5)],
        [(2, 12), (2, 12)],
        [(3, 3), (3, 10)],
        [(9, 9), (9, 9), (2, 12)],
    ],
    ids=["all the fewest", "one more", "two of one household", "two of two", "the fewest beside ten", "all the most"],
)
def test_a_rest_that_the_rules_themselves_share_out_names_none_of_its_places(rows: Rows):
    told = told_by(batch(rows), LEAST)
    assert told.rows == ()
    assert told.rest == told.total


def test_a_rest_that_the_rules_share_out_takes_a_further_place_in():
    told = told_by(batch([(3, 3), (3, 3), (3, 3), (3, 3), (30, 60), (40, 80)]), LEAST)
    assert [row.shown for row in told.rows] == [*[Shown.SMALL] * 4, Shown.MERGED, Shown.FIGURES]


def test_of_a_batch_of_one_or_two_households_nothing_is_told_however_many_persons_they_are():
    assert told_by(batch([(2, 14)]), LEAST) == ToldBatch((), None, None)
    assert told_by(batch([(1, 6), (1, 6)]), LEAST) == ToldBatch((), None, None)


def test_a_place_that_stays_hidden_is_never_the_rest_alone():
    made = batch([(3, 5), (20, 30), (30, 50), (40, 60)])
    stays = {row.code for row in made.rows} - told_by(made, LEAST).told
    told = told_by(replace(made, rows=made.rows[1:]), LEAST, stay_hidden=stays)
    assert stays == {"370811002200", "370811002201"}
    assert told.told == {"370811002203"}
    assert told.rest is not None
    assert told.rest.persons == 80
