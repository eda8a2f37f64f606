from dataclasses import replace
from datetime import date

import pytest

from portal.data.tables import read_toml
from portal.domain.proxy_collectors import (
    CardHolder,
    CollectorPost,
    EndReason,
    ProxyFlag,
    ProxyRules,
    arrangement_of,
    cleaned,
    faults_in,
    flags_of,
    kept_of,
)
from tests.usecases.lists import identity
from tests.usecases.proxies import COLLECTOR, ENTRY, RECIPIENT

RULES = ProxyRules.from_table(read_toml("proxy_collectors.toml"))
FROM, TODAY = date(2020, 1, 6), date(2026, 11, 20)


def test_an_entry_without_faults_is_kept_as_it_was_said_and_shows_nobody_in_its_repr():
    assert faults_in(ENTRY, FROM, TODAY) == {}
    ended = replace(ENTRY, end_reason=EndReason.MISUSE)
    assert arrangement_of(kept_of(ended)) == ended
    assert RECIPIENT not in repr(ended)
    assert cleaned(replace(ENTRY, recipient="欧阳 青山　")) == ENTRY


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": "37081119500101123X"}, "recipient"),
        ({"recipient": ""}, "recipient"),
        ({"collector": "欧阳青山（女儿）"}, "collector"),
        ({"collector": RECIPIENT}, "collector"),
        ({"consent_reference": f"身份证{identity(7)}"}, "consent_reference"),
        ({"consent_reference": "卡号6222021234567890128"}, "consent_reference"),
        ({"consent_reference": "电话13800000000"}, "consent_reference"),
        ({"consent_reference": "电话0537-2967000"}, "consent_reference"),
        ({"consent_reference": " "}, "consent_reference"),
        ({"consent_on": date(2026, 11, 21)}, "consent_on"),
    ],
)
def test_a_fault_stands_beside_its_field_and_repeats_nothing(changes, field):
    faults = faults_in(replace(ENTRY, **changes), max(FROM, changes.get("consent_on", FROM)), TODAY)
    assert set(faults) == {field}
    assert not any(char.isdigit() for char in str(faults[field]))


def test_collecting_begins_no_earlier_than_the_consent():
    assert set(faults_in(ENTRY, date(2020, 1, 4), TODAY)) == {"valid_from"}


@pytest.mark.parametrize(
    ("changes", "more", "flag"),
    [
        ({}, {"collects_for": 3}, ProxyFlag.COLLECTS_FOR_MANY),
        ({"post": CollectorPost.VILLAGE_CADRE}, {}, ProxyFlag.HOLDS_A_POST),
        ({"post": CollectorPost.STAFF}, {}, ProxyFlag.HOLDS_A_POST),
        ({}, {"staff": {COLLECTOR}}, ProxyFlag.NAMED_LIKE_STAFF),
        ({"card_holder": CardHolder.VILLAGE}, {}, ProxyFlag.CARD_ELSEWHERE),
        ({"card_holder": CardHolder.OTHER}, {}, ProxyFlag.CARD_ELSEWHERE),
    ],
)
def test_what_stands_out_is_told_to_the_reviewer(changes, more, flag):
    usual = {"collects_for": 2, "staff": {"王五"}, "rules": RULES}
    assert flags_of(ENTRY, **usual) == ()
    assert flags_of(replace(ENTRY, **changes), **(usual | more)) == (flag,)
