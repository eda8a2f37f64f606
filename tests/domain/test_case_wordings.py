from pathlib import Path

import pytest

from portal.domain.canned_replies import faults_in_reply
from portal.domain.case_actions import ACTIONS, Action
from portal.domain.cases import CaseKind, CaseState, Category, ContactChoice
from portal.domain.errors import InvalidError
from portal.domain.intake import Contact, Member
from portal.domain.redaction import find_personal_data
from portal.domain.wordings import Wording
from portal.queries.rulebook import read_rulebook

RULEBOOK = read_rulebook(Path("no-such-folder"))
GROUNDS, ADVICE, REPLIES = RULEBOOK.decline_grounds, RULEBOOK.case_advice, RULEBOOK.canned_replies
SUBMITTER = Contact(
    ContactChoice.NAMED, "诸葛珍建", "138-0000-0000", "大安镇前村东头", "zhuge@example.com", members=(Member("欧阳锋", "0537 7654321"),)
)  # fmt: skip
GOOD = "您好，经十月八日到村里核对账目、走访五户，您反映的卡折已由银行换发并交还本人，请到镇民政办领取，不收任何费用，有事请随时在这里留言。"


def test_a_case_is_declined_on_a_listed_ground_alone():
    assert {ground.code: ground.basis.article for ground in GROUNDS.grounds} == {
        "not_within_powers": "第二十三条", "already_being_handled": "第十九条第三款", "final_review_finished": "第三十六条",
        "litigation": "第三十一条", "arbitration": "第三十一条", "administrative_reconsideration": "第三十一条",
    }  # fmt: skip
    with pytest.raises(InvalidError):
        GROUNDS.ground("缠访")


def test_whoever_is_declined_is_told_who_is_right_or_which_case_was_answered():
    for ground in GROUNDS.grounds:
        assert ground.names_body != ground.names_reply
        with pytest.raises(InvalidError) as refused:
            GROUNDS.check(ground.code, right_body=" ", earlier_number="")
        assert set(refused.value.fields) == {"right_body" if ground.names_body else "earlier_number"}
        assert GROUNDS.check(ground.code, right_body="济宁市人民法院", earlier_number="SQ-2026-000001") is ground


def test_nobody_is_labelled():
    texts = [f"{ground.name.chinese}{ground.text.chinese}" for ground in GROUNDS.grounds]
    texts += [reply.text.chinese for reply in REPLIES.replies]
    assert not [text for text in texts for label in ("缠访", "闹访", "无理", "诬告", "重复访") if label in text]


def test_what_helps_at_once_is_told_for_cards_and_for_extortion():
    (card,), (gift,) = ADVICE.advice_on(Category.CARD_KEPT), ADVICE.advice_on(Category.EXTORTION)
    assert "挂失" in card.chinese
    assert "补办" in card.chinese
    assert "不收一分钱" in gift.chinese
    assert ADVICE.advice_on(Category.OTHER) == ()


def test_the_direct_ways_fit_what_is_reported():
    assert [way.phone for way in ADVICE.ways_for(CaseKind.TIP_OFF)] == ["12388", "", "12345"]
    assert [way.phone for way in ADVICE.ways_for(CaseKind.INQUIRY)] == ["12345"]


def test_the_days_of_the_law_run_on_and_are_marked_as_not_yet_confirmed():
    assert {remedy.code for remedy in ADVICE.remedies} == {
        "administrative_reconsideration",
        "administrative_litigation",
    }
    assert "60日" in ADVICE.remedies[0].period.in_language("zh_Hans_CN")
    assert "six months" in ADVICE.remedies[1].period.in_language("en")
    assert "在本平台反映不停止上述期限" in ADVICE.notes["periods_run_on"].chinese
    assert {"periods_run_on", "anonymity"} <= ADVICE.unconfirmed_notes
    assert not any(remedy.confirmed for remedy in ADVICE.remedies)


def test_a_wording_needs_both_languages():
    with pytest.raises(ValueError, match="English"):
        Wording("有", " ")


def test_no_shipped_wording_holds_personal_data():
    texts = [wording for entry in ADVICE.advice for wording in (entry.text.chinese, entry.text.english)]
    texts += [reply.text.chinese for reply in REPLIES.replies]
    assert not [text for text in texts if find_personal_data(text)]


def test_texts_to_begin_with_stand_where_their_step_may_be_taken():
    for reply in REPLIES.replies:
        assert reply.states <= set(ACTIONS[reply.action].moves), reply.code
    offered = REPLIES.offered(Action.DRAFT_REPLY, CaseState.IN_HANDLING, CaseKind.TIP_OFF)
    assert [reply.code for reply in offered] == ["tip_off_result"]
    assert REPLIES.offered(Action.DRAFT_REPLY, CaseState.REGISTERED, CaseKind.TIP_OFF) == ()


def test_every_kind_has_a_reply_to_begin_with():
    for kind in (kind for kind in CaseKind if kind is not CaseKind.PRIVACY_TAKEDOWN):
        assert REPLIES.offered(Action.DRAFT_REPLY, CaseState.IN_HANDLING, kind)


def test_a_text_to_begin_with_does_not_go_out_unfilled():
    for reply in REPLIES.replies:
        filled = "〔" not in reply.text.chinese
        assert (faults_in_reply(reply.text.chinese, None, action=reply.action) == ()) is filled


@pytest.mark.parametrize("left", ["〔事实〕", "〔〕", "【何时】", "{name}", "____", "××村", "XX镇", "○○户", "？？"])
def test_a_place_that_was_left_is_found(left):
    assert "还有1处空没有填" in str(faults_in_reply(GOOD + left, None, action=Action.DRAFT_REPLY)[0])


def test_a_year_in_chinese_figures_is_no_place_to_fill():
    assert faults_in_reply(GOOD + "二〇〇九年起", None, action=Action.DRAFT_REPLY) == ()


@pytest.mark.parametrize(
    "token",
    [
        "诸葛珍建",
        "诸 葛 珍 建",
        "13800000000",
        "１３８００００００００",
        "大安镇前村东头",
        "ZhuGe@Example.com",
        "欧阳锋",
        "0537-7654321",
    ],
)
def test_a_text_that_names_the_submitter_does_not_go_out_and_the_fault_does_not_repeat_it(token):
    (fault,) = faults_in_reply(f"{GOOD}联系人{token}。", SUBMITTER, action=Action.DRAFT_REPLY)
    assert "改为“您”" in str(fault)
    assert token not in str(fault)


def test_a_good_text_goes_out_whoever_submitted():
    assert faults_in_reply(GOOD, SUBMITTER, action=Action.DRAFT_REPLY) == ()
    assert faults_in_reply(GOOD, Contact(ContactChoice.ANONYMOUS), action=Action.DRAFT_REPLY) == ()


def test_next_to_nothing_is_no_answer():
    assert "写得太短" in str(faults_in_reply("已阅，按政策办理。", None, action=Action.DRAFT_REPLY)[0])
    assert faults_in_reply("请补充发生的大概时间和地点。", None, action=Action.ASK_FOR_MORE) == ()


def test_an_identity_number_never_goes_out():
    assert "身份证号" in str(faults_in_reply(GOOD + "370899194311173302", None, action=Action.DRAFT_REPLY)[-1])
