"""What becomes of a warning when its figures come, change and go."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.calendar import WorkingCalendar
from portal.domain.cases import Card
from portal.domain.divisions import DivisionCode
from portal.domain.warnings import (
    Finding,
    Standing,
    WarningRule,
    WarningState,
    WarningStep,
    step_of,
    warning_rules_from_table,
)

COUNTY = DivisionCode("370811")
RULES = warning_rules_from_table(read_toml("warnings.toml", Path("no-such-folder")))


def finding(bound: int = 10, found: int = 12) -> Finding:
    return Finding(WarningRule.OVER_BUDGET, 2026, COUNTY, COUNTY, bound, found)


standings = st.none() | st.builds(Standing, st.sampled_from(WarningState), st.integers(0, 3), st.integers(0, 3))
findings = st.none() | st.builds(finding, st.integers(0, 3), st.integers(0, 3))


def after(standing: Standing | None, found: Finding | None) -> Standing | None:
    """How a warning stands after the step that the rules decide."""
    step = step_of(standing, found)
    if step is None:
        return standing
    if found is None:
        return Standing(WarningState.ENDED, standing.bound, standing.found) if standing else None
    return Standing(WarningState.OPEN, found.bound, found.found)


@given(standings, findings)
def test_asking_the_rules_twice_changes_nothing_the_second_time(standing, found):
    assert step_of(after(standing, found), found) is None


@pytest.mark.parametrize(
    ("state", "figures", "step"),
    [
        (WarningState.OPEN, (10, 12), None),
        (WarningState.OPEN, (10, 13), WarningStep.CHANGED),
        (WarningState.CLOSED, (10, 12), None),
        (WarningState.CLOSED, (10, 13), WarningStep.REOPENED),
        (WarningState.CLOSED, (9, 12), WarningStep.REOPENED),
        (WarningState.ENDED, (10, 12), WarningStep.REOPENED),
    ],
)
def test_an_explanation_holds_for_its_own_figures_alone(state, figures, step):
    assert step_of(Standing(state, 10, 12), finding(*figures)) is step


def test_figures_that_agree_again_end_a_warning_whoever_has_explained_it():
    assert step_of(Standing(WarningState.OPEN, 10, 12), None) is WarningStep.ENDED
    assert step_of(Standing(WarningState.CLOSED, 10, 12), None) is WarningStep.ENDED
    assert step_of(Standing(WarningState.ENDED, 10, 12), None) is None


def test_the_key_of_a_warning_does_not_hold_its_figures():
    assert finding(1, 2).key == finding(3, 9).key


@pytest.mark.parametrize(
    ("today", "card"),
    [(24, Card.GREEN), (26, Card.GREEN), (27, Card.YELLOW), (30, Card.YELLOW), (31, Card.RED)],
)
def test_a_warning_turns_yellow_a_working_day_before_its_last_one_and_red_after_it(today: int, card: Card):
    """Monday 30 November is the last day; Friday the 27th is the working day before."""
    day = date(2026, 11, today) if today < 31 else date(2026, 12, 1)
    calendar = WorkingCalendar({})
    assert RULES.card(WarningState.OPEN, date(2026, 11, 30), day, calendar) is card
    assert RULES.card(WarningState.CLOSED, date(2026, 11, 30), day, calendar) is Card.GREEN


def test_the_last_day_is_counted_in_working_days_without_the_first():
    assert RULES.due_on(date(2026, 11, 20), WorkingCalendar({})) == date(2026, 12, 4)


def test_a_table_that_names_a_rule_that_there_is_not_is_refused():
    table = read_toml("warnings.toml", Path("no-such-folder"))
    with pytest.raises(ValueError, match="no_such_rule"):
        warning_rules_from_table(table | {"rules": table["rules"] | {"no_such_rule": {"enabled": True}}})
