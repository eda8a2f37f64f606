from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_toml
from portal.domain.divisions import DivisionCode
from portal.domain.documents import repealed_from_table
from portal.domain.stale_bases import PublishedWords, findings_of_bases
from portal.domain.warnings import WarningRule, warning_rules_from_table

NOWHERE = Path("no-such-folder")
RULES = warning_rules_from_table(read_toml("warnings.toml", NOWHERE))
REPEALED = repealed_from_table(read_toml("repealed.toml", NOWHERE))
END = date(2021, 6, 11)
"""Since this day 民发〔2012〕220号 binds no longer."""
OLD = PublishedWords(
    "ZJ-2026-00001", DivisionCode("370811"), 2026, "按民发〔2012〕220号和《信访条例》分配", date(2026, 3, 2)
)


def found(*published: PublishedWords) -> list[tuple[str, int, bool]]:
    return [(one.subject, one.found, one.is_told) for one in findings_of_bases(published, REPEALED, RULES)]


def test_each_repealed_document_that_is_cited_counts_and_the_public_is_told_nothing():
    assert found(OLD) == [("ZJ-2026-00001", 2, False)]
    assert found(replace(OLD, words="按民发〔2021〕57号分配")) == []


@given(st.integers(-3000, 3000))
def test_what_was_right_on_its_day_is_no_finding(days: int):
    told_on = END + timedelta(days=days)
    cited = found(replace(OLD, words="按民发〔2012〕220号分配", told_on=told_on))
    assert bool(cited) == (told_on >= END)


def test_the_bureau_can_switch_the_rule_off():
    without = replace(RULES, enabled=RULES.enabled - {WarningRule.STALE_BASIS})
    assert findings_of_bases([OLD], REPEALED, without) == ()
