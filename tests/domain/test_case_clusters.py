"""Since when a cluster stands, and which handling counts for the cases that a reader sees."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.case_clusters import (
    ClusterHandling,
    cases_since_closing,
    cluster_rule_from_table,
    handling_of,
    standing_since,
)
from portal.domain.permissions import AccountId

RULE = cluster_rule_from_table(read_toml("warnings.toml", Path("no-such-folder"))["complaint_clusters"])
DAY, NOW = date(2026, 3, 1), datetime(2026, 6, 1, tzinfo=UTC)


def on(*days: int) -> list[date]:
    return [DAY + timedelta(days=day) for day in days]


def handling(number: int, *cases: int, closed: bool = False) -> ClusterHandling:
    closed_at = NOW if closed else None
    return ClusterHandling(number, AccountId(1), "李四", NOW, DAY, frozenset(cases), closed_at=closed_at)


@pytest.mark.parametrize(
    ("days", "since"),
    [
        ((0, 1, 2, 3), None),
        ((0, 1, 2, 3, 4), 4),
        ((0, 1, 2, 3, 91), None),
        ((0, 1, 2, 3, 4, 94), 4),
        ((0, 1, 2, 3, 4, 200, 201, 202, 203, 204), 204),
        ((0, 0, 0, 0, 0, 91, 91, 91, 91, 91), 0),
        ((0, 0, 0, 0, 0, 92, 92, 92, 92, 92), 92),
    ],
)
def test_it_stands_since_there_were_enough_without_a_gap(days: tuple[int, ...], since: int | None):
    assert standing_since(on(*days), RULE) == (None if since is None else DAY + timedelta(days=since))


@given(st.lists(st.integers(0, 400), min_size=5, max_size=30))
def test_it_never_stands_since_a_day_on_which_there_were_too_few(days: list[int]):
    since = standing_since(on(*days), RULE)
    if since is not None:
        assert sum(since - timedelta(days=RULE.days) <= one <= since for one in on(*days)) >= RULE.least


def test_an_explanation_holds_for_the_cases_that_it_was_about_and_for_fewer():
    explained = handling(1, 1, 2, 3, closed=True)
    assert handling_of(frozenset({1, 2}), [explained]) == explained
    assert handling_of(frozenset({1, 2, 4}), [explained]) is None
    assert cases_since_closing(frozenset({1, 2, 4}), [explained]) == {4}
    assert cases_since_closing(frozenset({1, 2}), [handling(1, 1)]) == frozenset()


def test_who_took_it_last_has_it_and_what_was_explained_stays_explained():
    assert handling_of(frozenset({1}), []) is None
    first, second = handling(1, 1), handling(2, 1, 2)
    assert handling_of(frozenset({1, 2}), [first, second]) == second
    explained = handling(1, 1, 2, closed=True)
    assert handling_of(frozenset({1, 2}), [explained, handling(2, 1)]) == explained


def test_a_ladder_with_rungs_in_a_wrong_order_is_refused():
    table = read_toml("warnings.toml", Path("no-such-folder"))["complaint_clusters"]
    with pytest.raises(ValueError, match="ladder"):
        cluster_rule_from_table({**table, "ladder": {"urging": 9, "supervision": 1, "circular": 30}})
    with pytest.raises(ValueError, match="cluster"):
        replace(RULE, least=1)
