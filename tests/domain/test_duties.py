from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.cases import Rung
from portal.domain.divisions import Level
from portal.domain.duties import (
    MISSED,
    DutyRules,
    DutyState,
    Evidence,
    EvidenceOfRule,
    Fulfilment,
    Place,
    Promise,
    Rhythm,
    Standing,
    duty_rules_from_table,
    tally,
)
from portal.domain.errors import NotFoundError
from portal.domain.programs import Program
from portal.queries.rulebook import read_rulebook

RULEBOOK = read_rulebook(Path("no-such-folder"))
RULES: DutyRules = RULEBOOK.duties
CITY, COUNTY, TOWN = "370800/", "370800/370811/", "370800/370811/370811002/"
FOUNDED = date(2026, 11, 2)
LOW = Program.SUBSISTENCE_ALLOWANCE
DAYS = st.dates(date(2026, 11, 2), date(2028, 12, 31))
WARN = timedelta(days=10)


def evidence(path: str, by: Fulfilment, kind: str, on: date, *, program=LOW, period=None, number=1) -> Evidence:
    level = tuple(Level)[path.count("/") - 1]
    return Evidence(path, level, by, kind, program, on, period, number)


def standing(code: str, *found: Evidence, path: str = TOWN, promises=(), founded=FOUNDED, reachable=True) -> Standing:
    place = Place(path, tuple(Level)[path.count("/") - 1], reachable)
    rule = next(rule for rule in RULES.rules if rule.duty.code == code)
    counted = RULES.standings(place, {code: EvidenceOfRule(rule, found)}, promises, founded_on=founded)
    return counted[code]


def test_every_rule_names_a_duty_of_the_catalogue_and_all_thirteen_items_are_watched():
    assert [rule.duty.number for rule in RULES.rules if rule.duty.number] == list(range(1, 14))
    table = read_toml("duty_rules.toml")
    table["rules"][0]["duty"] = "no-such-duty"
    with pytest.raises(NotFoundError):
        duty_rules_from_table(table, RULEBOOK.catalogue, RULES.months, RULES.calendar)


def test_what_was_never_published_is_due_after_the_limit_of_the_catalogue_from_the_founding_on():
    found = standing("subsistence-guide")
    assert found.due_on == date(2026, 11, 16)
    assert found.state(date(2026, 11, 16), WARN) is DutyState.DUE
    assert found.state(date(2026, 11, 17), WARN) is DutyState.NEVER


def test_a_guide_of_the_county_counts_for_its_townships_and_not_the_other_way_round():
    county = evidence(COUNTY, Fulfilment.DOCUMENTS, "guide", date(2026, 11, 10))
    town = evidence(TOWN, Fulfilment.DOCUMENTS, "guide", date(2026, 11, 10))
    assert standing("subsistence-guide", county).due_on == date(2027, 11, 10)
    assert standing("subsistence-guide", town, path=COUNTY).fulfilled_on is None
    assert standing("subsistence-guide", county, path="370800/370832/").fulfilled_on is None


def test_a_list_of_a_township_counts_for_its_county_and_not_for_the_township_beside():
    listed = evidence(TOWN, Fulfilment.NOTICES, "first_review", date(2026, 11, 10))
    assert standing("subsistence-first-review", listed, path=COUNTY).fulfilled_on == date(2026, 11, 10)
    assert standing("subsistence-first-review", listed, path=f"{COUNTY}370811001/").fulfilled_on is None


def test_a_publication_of_another_kind_or_programme_fulfils_nothing():
    for one in (
        evidence(TOWN, Fulfilment.NOTICES, "result", date(2026, 11, 10)),
        evidence(TOWN, Fulfilment.NOTICES, "first_review", date(2026, 11, 10), program=Program.EXTREME_POVERTY_SUPPORT),
        evidence(TOWN, Fulfilment.DOCUMENTS, "first_review", date(2026, 11, 10)),
    ):
        assert standing("subsistence-first-review", one).fulfilled_on is None


def test_the_first_month_that_is_missing_decides_however_many_came_after_it():
    told = [
        evidence(TOWN, Fulfilment.PAYMENTS, "basic", date(2027, 3, 5), period=date(2026, 11, 1)),
        evidence(COUNTY, Fulfilment.PAYMENTS, "basic", date(2027, 3, 5), period=date(2026, 12, 1)),
        evidence(TOWN, Fulfilment.PAYMENTS, "basic", date(2027, 3, 6), period=date(2027, 2, 1), number=3),
    ]
    found = standing("subsistence-payments", *told)
    assert (found.due_on, found.publication_id) == (date(2027, 2, 20), 3)
    assert standing("subsistence-payments").due_on == date(2026, 12, 20)


def test_a_year_counts_from_the_founding_on_and_the_accounts_of_a_year_come_in_the_next():
    assert standing("budget", path=CITY).due_on == date(2027, 3, 31)
    assert standing("final-accounts", path=CITY).due_on == date(2027, 9, 30)
    told = evidence(CITY, Fulfilment.BUDGETS, "approved", date(2027, 2, 1), program=None, period=date(2027, 1, 1))
    assert standing("budget", told, path=CITY).due_on == date(2028, 3, 31)


def test_a_year_whose_last_day_comes_sooner_than_the_catalogue_allows_is_not_asked_for():
    assert standing("budget", path=CITY, founded=date(2027, 3, 15)).due_on == date(2028, 3, 31)
    assert standing("budget", path=CITY, founded=date(2027, 3, 10)).due_on == date(2027, 3, 31)


def test_an_adjustment_is_owed_once_it_was_approved():
    found = standing("budget-adjustment", path=COUNTY)
    assert found.state(date(2030, 1, 1), WARN) is DutyState.QUIET
    promise = Promise(COUNTY, "adjusted", date(2026, 11, 20))
    found = standing("budget-adjustment", path=COUNTY, promises=[promise])
    assert found.state(date(2026, 11, 21), WARN) is DutyState.NEVER
    assert standing("budget-adjustment", path=CITY, promises=[promise]).due_on is None


def test_an_office_that_can_be_reached_has_told_its_address():
    assert standing("general-supervision").state(date(2030, 1, 1), WARN) is DutyState.MET
    assert standing("general-supervision", reachable=False).due_on == date(2026, 11, 16)


def test_what_does_not_apply_is_neither_late_nor_counted():
    found = Standing(date(2026, 1, 1), None, reason="本镇没有特困人员")
    assert found.state(date(2026, 11, 20), WARN) is DutyState.NOT_APPLICABLE
    counted = tally([DutyState.NOT_APPLICABLE, DutyState.QUIET, DutyState.MET, DutyState.DUE, DutyState.LATE])
    assert (counted.kept, counted.missed, counted.counted) == (2, 1, 3)


def test_a_programme_that_pays_no_months_owes_none():
    none = duty_rules_from_table(
        read_toml("duty_rules.toml"), RULEBOOK.catalogue,
        type(RULES.months)(frozenset(), RULES.months.within), RULES.calendar,
    )  # fmt: skip
    assert all(rule.rhythm is not Rhythm.MONTHLY for rule in none.of_level(Level.TOWNSHIP))


def test_the_ladder_begins_before_the_last_day_and_climbs_with_the_days_after_it():
    found = standing("subsistence-guide")
    reached = [RULES.rung_of(found, found.due_on + timedelta(days=days)) for days in (-10, -9, 0, 1, 29, 30, 60, 999)]
    assert reached == [
        None, Rung.REMINDER, Rung.REMINDER, Rung.URGING, Rung.URGING, Rung.SUPERVISION, Rung.CIRCULAR, Rung.CIRCULAR
    ]  # fmt: skip
    assert RULES.rung_of(Standing(found.due_on, None, reason="没有"), date(2030, 1, 1)) is None
    table = read_toml("duty_rules.toml")
    table["ladder"] = {"supervision": 1, "urging": 30}
    with pytest.raises(ValueError, match="order"):
        duty_rules_from_table(table, RULEBOOK.catalogue, RULES.months, RULES.calendar)


@st.composite
def told_of_a_township(draw) -> tuple[str, list[Evidence]]:
    rule = draw(st.sampled_from(RULES.of_level(Level.TOWNSHIP)))
    days = draw(st.lists(DAYS, max_size=4))
    kind = draw(st.sampled_from(sorted(rule.kinds) or ["basic"]))
    return rule.duty.code, [
        evidence(TOWN, rule.by, kind, day, program=rule.duty.program, period=day.replace(day=1), number=number)
        for number, day in enumerate(days)
    ]


@given(told_of_a_township(), DAYS)
def test_nothing_is_ever_late_before_its_limit_and_nothing_is_met_after_it(told, today):
    code, found = told
    one = standing(code, *found)
    state = one.state(today, WARN)
    assert (state in MISSED) == (one.due_on is not None and today > one.due_on)
    assert one.due_on is None or one.due_on > FOUNDED


@given(told_of_a_township(), DAYS, st.integers(0, 400))
def test_without_a_publication_a_duty_only_gets_worse(told, today, later):
    code, found = told
    order = [DutyState.MET, DutyState.DUE, DutyState.LATE, DutyState.NEVER]
    one = standing(code, *found)
    before, after = one.state(today, WARN), one.state(today + timedelta(days=later), WARN)
    assert order.index(before) <= order.index(after)


@given(told_of_a_township(), DAYS)
def test_one_more_publication_never_brings_the_last_day_nearer(told, day):
    code, found = told
    rule = next(rule for rule in RULES.rules if rule.duty.code == code)
    kind = next(iter(sorted(rule.kinds)), "basic")
    more = evidence(TOWN, rule.by, kind, day, program=rule.duty.program, period=day.replace(day=1), number=9)
    before, after = standing(code, *found).due_on, standing(code, *found, more).due_on
    assert (before is None) == (after is None)
    # The first publication ends the term of the founding and begins one of its own.
    assert not found or before is None or after >= before
