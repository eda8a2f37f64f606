from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from portal.data.tables import read_toml
from portal.domain.deadlines import PeriodRule
from portal.domain.disclosure import (
    Afterwards,
    Channel,
    catalogue_from_table,
    notice_rules_from_table,
)
from portal.domain.errors import NotFoundError, RefusedError
from portal.domain.notices import NoticeColumn, NoticeKind
from portal.domain.programs import AssistanceType, Program
from portal.queries.rulebook import read_rulebook

RULEBOOK = read_rulebook(Path("no-such-folder"))
RULES = RULEBOOK.notice_rules
CATALOGUE = RULEBOOK.catalogue
FIRST, RESULT, TERMINATION = NoticeKind.FIRST_REVIEW, NoticeKind.RESULT, NoticeKind.TERMINATION
LOW, POOR, TEMPORARY = Program.SUBSISTENCE_ALLOWANCE, Program.EXTREME_POVERTY_SUPPORT, Program.TEMPORARY_ASSISTANCE
ALL_COLUMNS = tuple(NoticeColumn)
NAMES_ONLY = (NoticeColumn.VILLAGE, NoticeColumn.MASKED_NAME)


@pytest.mark.parametrize(
    ("key", "columns", "period", "afterwards", "title"),
    [
        ((FIRST, LOW), ALL_COLUMNS, PeriodRule(7, 7, warn_below=3), Afterwards.SEALED, "许庄街道2026年11月拟纳入最低生活保障23户的公示"),
        ((FIRST, POOR), NAMES_ONLY, PeriodRule(7, None, warn_below=3), Afterwards.SEALED, "许庄街道2026年11月拟纳入特困人员救助供养23人的公示"),
        ((RESULT, LOW), ALL_COLUMNS, None, Afterwards.REPLACED, "许庄街道2026年11月最低生活保障对象名单公布"),
        ((RESULT, POOR), NAMES_ONLY, None, Afterwards.REPLACED, "许庄街道2026年11月特困人员救助供养对象名单公布"),
        ((RESULT, TEMPORARY), (*NAMES_ONLY, NoticeColumn.AMOUNT), None, Afterwards.REPLACED,
         "许庄街道2026年11月临时救助（支出型）对象名单公布"),
        ((TERMINATION, POOR), NAMES_ONLY, PeriodRule(7, None, warn_below=3), Afterwards.SEALED, "许庄街道2026年11月拟终止特困人员救助供养23人的公示"),
    ],
)  # fmt: skip
def test_each_kind_and_programme_shows_what_the_matrix_allows(key, columns, period, afterwards, title):
    rule = RULES.rule_for(*key)
    assert rule.columns == columns
    assert rule.period == period
    assert rule.afterwards is afterwards
    assert rule.hard_stop_days == (365 if rule.kind is RESULT else None)
    assert rule.id_required == (rule.kind is not TERMINATION)
    assert rule.title(place="许庄街道", day=date(2026, 11, 16), households=23) == title
    assert rule.lead(place="许庄街道", day=date(2026, 11, 16), households=23).startswith("现将许庄街道2026年11月")
    assert rule.basis
    assert rule.basis_sentence.startswith("根据")


@pytest.mark.parametrize(("kind", "program"), [(FIRST, TEMPORARY), (TERMINATION, LOW), (TERMINATION, TEMPORARY)])
def test_a_list_that_no_rule_knows_is_refused_in_words(kind, program):
    with pytest.raises(RefusedError, match="没有"):
        RULES.rule_for(kind, program)


def test_of_temporary_assistance_only_the_expenditure_type_is_listed():
    rule = RULES.rule_for(RESULT, TEMPORARY)
    assert rule.assistance_types == (AssistanceType.EXPENDITURE,)
    assert rule.counted_types == (AssistanceType.EMERGENCY,)
    assert rule.causes_counted


def test_the_standard_stands_in_the_head_where_no_amount_may_stand_in_the_rows():
    assert RULES.rule_for(RESULT, POOR).standard_in_head
    assert not RULES.rule_for(RESULT, LOW).standard_in_head


def test_a_notice_keeps_the_version_under_which_it_began():
    table = read_toml("notice_rules.toml")
    newer = table["rules"][0] | {"version": "2027-01", "effective_on": date(2027, 1, 1)}
    rules = notice_rules_from_table({"rules": [newer, *table["rules"]]})
    assert rules.rule_for(FIRST, LOW).version == "2027-01"
    assert rules.rule_for(FIRST, LOW, date(2026, 12, 31)).version == "2026-07"
    assert rules.rule_for(FIRST, LOW, date(2026, 6, 30)).version == "2021-07"
    assert rules.rule_for(FIRST, LOW, date(2020, 1, 1)).version == "2021-07"
    assert rules.rule_of_version(FIRST, LOW, "2026-07").version == "2026-07"
    with pytest.raises(NotFoundError):
        rules.rule_of_version(FIRST, LOW, "1999-01")


LAW, MEASURES = "中华人民共和国社会救助法", "社会救助暂行办法"


@pytest.mark.parametrize("key", sorted({(rule.kind, rule.program) for rule in RULES.rules}))
def test_a_notice_cites_what_is_in_force_on_the_day_it_begins(key):
    before, after = RULES.rule_for(*key, date(2026, 6, 30)), RULES.rule_for(*key, date(2026, 7, 1))
    cited = [{article.document.split("（")[0] for article in rule.basis} for rule in (before, after)]
    assert MEASURES in cited[0]
    assert LAW not in cited[0]
    assert MEASURES not in cited[1]
    assert MEASURES in before.basis_sentence or "暂行办法" in before.basis_sentence
    assert "社会救助法》" in after.basis_sentence
    assert "社会救助法》" not in before.basis_sentence


def test_only_what_is_cited_differs_between_the_versions():
    for rule in RULES.rules:
        newest = RULES.rule_for(rule.kind, rule.program)
        same = {"version", "effective_on", "basis", "basis_sentence"}
        for field in fields(rule):
            assert field.name in same or getattr(rule, field.name) == getattr(newest, field.name), field.name


def test_an_opinion_is_not_cited_before_it_was_given():
    cited = [RULES.rule_for(RESULT, TEMPORARY, day).basis for day in (date(2025, 12, 31), date(2026, 1, 1))]
    assert ["2026年1月" in str(basis) for basis in cited] == [False, True]


def test_no_two_rules_share_kind_programme_and_version():
    keys = [(rule.kind, rule.program, rule.version) for rule in RULES.rules]
    assert len(set(keys)) == len(keys)


def test_the_catalogue_has_its_thirteen_items_in_order():
    assert [duty.number for duty in CATALOGUE.items] == list(range(1, 14))
    assert all(duty.limit == PeriodRule(None, 10) for duty in CATALOGUE.items)
    assert all(duty.mode == "主动公开" for duty in CATALOGUE.items)
    codes = [duty.code for duty in (*CATALOGUE.items, *CATALOGUE.further)]
    assert len(set(codes)) == len(codes)


def test_lists_of_people_belong_on_the_village_board():
    assert CATALOGUE.duty("subsistence-first-review").channels == (Channel.VILLAGE_BOARD,)
    assert Channel.VILLAGE_BOARD not in CATALOGUE.duty("temporary-result").channels


def test_budgets_are_due_twenty_days_after_approval():
    assert CATALOGUE.duty("budget").limit == PeriodRule(20, None)
    with pytest.raises(NotFoundError):
        CATALOGUE.duty("nothing")


def test_an_article_not_yet_confirmed_says_so():
    basis = [article for rule in RULES.rules for article in rule.basis] + [
        article for duty in (*CATALOGUE.items, *CATALOGUE.further) for article in duty.basis
    ]
    assert {article.status for article in basis} == {"", "待法制机构确认"}
    assert all(article.is_confirmed == (article.status == "") for article in basis)


def test_an_unknown_channel_is_refused_when_the_table_is_read():
    table = read_toml("disclosure_catalogue.toml")
    table["items"][0]["channels"] = ["balloon"]
    with pytest.raises(ValueError, match="balloon"):
        catalogue_from_table(table)
