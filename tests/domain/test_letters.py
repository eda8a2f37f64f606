from dataclasses import replace
from datetime import date

import pytest

from portal.domain.cases import Outcome, Track
from portal.domain.letters import LETTERS, TITLES, LetterFacts, LetterKind, paragraphs

REPLY = LetterFacts(
    kind=LetterKind.REPLY,
    number="SQ-2026-483920",
    track=Track.PETITION,
    received_on=date(2026, 11, 3),
    dated=date(2026, 11, 20),
    office="任城区民政局",
    above="济宁市民政局",
    named=True,
    content={"text": "一、存折已归还。\n二、村会计已改正。", "outcome": "substantiated", "legal_basis": "某办法第五条"},
)


def test_a_reply_tells_receipt_opinion_facts_basis_and_remedy_in_this_order() -> None:
    lines = paragraphs(REPLY)

    assert [next(at for at, line in enumerate(lines) if mark in line) for mark in (
        "2026年11月3日收到", "属实，予以支持", "一、存折已归还", "二、村会计", "某办法第五条",
        "自收到之日起30日内向济宁市民政局申请复查", "行政复议（60日）",
    )] == [0, 1, 2, 3, 4, 5, 6]  # fmt: skip


def test_who_is_anonymous_is_told_how_to_get_the_remedy() -> None:
    assert any("可以凭查询码先改为实名" in line for line in paragraphs(replace(REPLY, named=False)))


@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_of_a_petition_says_that_the_days_of_a_lawsuit_run_on(kind: LetterKind) -> None:
    last = paragraphs(replace(REPLY, kind=kind))[-1]

    assert "行政复议（60日）或者提起诉讼（6个月）" in last
    assert last.endswith("在本平台反映不停止上述期限。")


def test_a_basis_ends_with_one_full_stop() -> None:
    for law in ("某办法第五条", "某办法第五条。"):
        assert "以上意见的依据：某办法第五条。" in paragraphs(replace(REPLY, content={"legal_basis": law}))


def test_only_the_petition_track_has_reexamination() -> None:
    assert not any("复查" in line for line in paragraphs(replace(REPLY, track=Track.SERVICE)))


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_opinion(outcome: Outcome) -> None:
    lines = paragraphs(replace(REPLY, content={**REPLY.content, "outcome": outcome}))
    assert lines[1].startswith("经核查")


def test_an_extension_tells_days_and_the_new_end() -> None:
    facts = replace(REPLY, kind=LetterKind.EXTENSION, days=30, due_on=date(2027, 2, 18), content={})
    assert any("延长30日，延长后的办理期限至2027年2月18日" in line for line in paragraphs(facts))


def test_a_declined_case_names_the_right_body_and_only_a_confirmed_article() -> None:
    facts = replace(REPLY, kind=LetterKind.DECLINE, ground="不属于职权范围。", content={"right_body": "某人民法院"})

    assert any("请向某人民法院提出" in line for line in paragraphs(facts))
    assert not any("依据" in line for line in paragraphs(facts))


def test_every_letter_has_a_title_and_a_body() -> None:
    assert set(TITLES) == set(LetterKind) == set(LETTERS.values())
    for kind in LetterKind:
        assert len(paragraphs(replace(REPLY, kind=kind))) >= 2
