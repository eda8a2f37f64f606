"""The answer of a case on its way to the public: what is hidden, who may take which step, and the submitter's word."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_publications import RedactionReason, Span, read_pieces, words_of_answer
from portal.domain.cases import CaseKind, Category
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.publications import Area, Face, WithdrawalKind
from portal.models.base import db
from portal.models.cases import CaseNews, CaseRecusal
from portal.models.publications import Revision
from portal.models.transaction import transaction
from portal.queries.case_publications import AnswerFilters, answer_page, desk_answer
from portal.queries.publications import public_view
from portal.usecases import publications
from portal.usecases.case_publications import correct_answer, draft_answer, edit_answer, preview, worksheet
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.corrections import Correction
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.case_answers import (
    AFTER,
    SUMMARY,
    WRITTEN,
    concluded,
    finally_reviewed,
    handed_in,
    published_answer,
)
from tests.usecases.cases import COMPLAINT, about, hand_in, submitter_of, take
from tests.usecases.test_cases import case_of


def test_the_engine_proposes_what_could_tell_a_person_and_hides_the_rest_by_itself(
    services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)

    sheet = worksheet(services, cast.li_si, handed.number)
    assert sheet.phrases[RedactionReason.NAME] == ("魏会计",)
    assert sheet.phrases[RedactionReason.ADDRESS] == ("3组",)
    assert sheet.always == 4  # the submitter's name, with a blank in it, the mobile number, the village, the illness
    shown = "".join(piece.text for line in sheet.shown for piece in line)
    for word in ("郑", "十一", "13812345674", "魏会计", "尿毒症", "甄庄村", "3组"):
        assert word not in shown
    assert "0537-5660000" in shown  # the office's own number stays


def test_what_a_person_leaves_open_stays_open_but_never_the_submitter_the_village_or_an_illness(
    services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    number = draft_answer(services, cast.li_si, handed.number, replace(WRITTEN, phrases={}), at=at)
    publications.submit(services, cast.li_si, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at + AFTER)

    view = public_view(Area.CASES, number, at=at + AFTER)
    assert view
    told = json.dumps(view.head, ensure_ascii=False)
    assert "郑" not in told
    assert "13812345674" not in told
    assert "尿毒症" not in told
    assert "甄庄村" not in told
    assert "魏会计" in told  # somebody has decided that an accused may be named
    assert view.head["answer"][0][0] == ["hidden", "name"]
    assert view.head["summary"] == SUMMARY
    assert "SQ-" not in told  # whoever knows the number of a receipt finds nothing by it


def test_before_publication_no_word_of_the_reply_stands_in_clear(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)
    session.rollback()

    stored = json.dumps(session.scalars(select(Revision.draft)).all(), ensure_ascii=False)
    assert "魏会计" not in stored
    assert "存折原由" not in stored
    if db.engine.dialect.name == "sqlite":
        for file in Path(services.settings.instance).rglob("*"):
            assert "存折原由".encode() not in (file.read_bytes() if file.is_file() else b"")


def test_the_answer_waits_for_five_working_days_whoever_signs_and_however_urgent_it_is(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = handed_in(services, cast, concluded(services, cast, at=at).number, at=at)

    last = datetime(2026, 11, 27, 15, 59, 59, tzinfo=UTC)
    for reason in ("", "上级要求立即公开"):
        with pytest.raises(RefusedError, match="2026-11-28"):
            publications.publish(services, cast.zhao_liu, number, at=last, bypass_reason=reason)
    publications.publish(services, cast.zhao_liu, number, at=last + timedelta(seconds=1))


def test_an_emergency_does_not_lead_around_the_embargo(services: Services, cast: Cast, at: datetime) -> None:
    handed = concluded(services, cast, at=at)
    number = draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)

    with pytest.raises(RefusedError, match="紧急程序也不能跳过"):
        publications.publish(services, cast.zhao_liu, number, at=at + AFTER, bypass_reason="上级要求立即公开")


def test_a_wording_that_was_returned_waits_anew(services: Services, cast: Cast, at: datetime) -> None:
    number = handed_in(services, cast, concluded(services, cast, at=at).number, at=at)
    publications.return_to_drafter(services, cast.wang_wu, number, "摘要写得不清楚", at=at + AFTER)
    publications.submit(services, cast.li_si, number, at=at + AFTER)
    publications.review(services, cast.wang_wu, number, at=at + AFTER)

    with pytest.raises(RefusedError):
        publications.publish(services, cast.zhao_liu, number, at=at + AFTER)
    publications.publish(services, cast.zhao_liu, number, at=at + 2 * AFTER)


def test_nothing_is_published_while_the_submitter_objects_and_he_alone_takes_it_back(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    submitter = submitter_of(session, services, handed)
    act_as_submitter(services, submitter, Action.OBJECT_TO_PUBLICATION, Given(), at=at)

    with pytest.raises(RefusedError, match="不同意公开"):
        publications.publish(services, cast.zhao_liu, number, at=at + AFTER)
    with pytest.raises(NotAllowedError):
        take(services, cast.li_si, handed.number, Action.ALLOW_PUBLICATION, at=at)
    act_as_submitter(services, submitter, Action.ALLOW_PUBLICATION, Given(), at=at)
    publications.publish(services, cast.zhao_liu, number, at=at + AFTER)


def test_there_is_nothing_to_object_to_before_a_wording_is_handed_in(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)

    with pytest.raises(ConflictError):
        act_as_submitter(
            services, submitter_of(session, services, handed), Action.OBJECT_TO_PUBLICATION, Given(), at=at
        )


def test_the_submitter_gets_a_neutral_word_when_a_wording_is_handed_in(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    with transaction() as writing:
        writing.execute(update(CaseNews).values(sent_at=at))
    handed_in(services, cast, handed.number, at=at)
    session.rollback()

    assert len(session.scalars(select(CaseNews).where(CaseNews.sent_at.is_(None))).all()) == 1


@pytest.mark.parametrize("kind", [CaseKind.OBJECTION, CaseKind.PRIVACY_TAKEDOWN])
def test_other_kinds_are_only_counted(services: Services, cast: Cast, at: datetime, kind: CaseKind) -> None:
    handed = hand_in(services, about(COMPLAINT, kind=kind, category=Category.IMPROPER_NOTICE), at=at)

    with pytest.raises(RefusedError, match="不逐件公开"):
        draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)


def test_a_case_that_is_not_concluded_is_not_published_nor_one_taken_up_again_meanwhile(
    services: Services, cast: Cast, at: datetime
) -> None:
    with pytest.raises(ConflictError):
        draft_answer(services, cast.li_si, hand_in(services, at=at).number, WRITTEN, at=at)
    handed = concluded(services, cast, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    take(services, cast.zhao_liu, handed.number, Action.REOPEN, at=at, reason="答复有误，重新核查")

    with pytest.raises(ConflictError, match="还没有办结"):
        publications.publish(services, cast.zhao_liu, number, at=at + AFTER)


def test_after_the_last_instance_the_public_reads_all_that_was_answered_and_stands(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = handed_in(services, cast, finally_reviewed(session, services, cast, at=at).number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at + AFTER)

    view = public_view(Area.CASES, number, at=at + AFTER)
    assert view
    told = "".join(words_of_answer(read_pieces(view.head["answer"])))
    order = [
        told.index(part) for part in ("答复意见", "存折已经归还", "复查意见", "维持原答复", "复核意见", "维持复查")
    ]
    assert order == sorted(order)
    for name in ("郑", "魏会计", "尿毒症", "甄庄村", "13812345674"):
        assert name not in told


def test_bars_that_were_laid_on_a_shorter_answer_do_not_slide_onto_a_longer_one(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = finally_reviewed(session, services, cast, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    draft = desk_answer(cast.li_si, number).draft
    assert draft
    stale = replace(draft, replies=draft.replies.split("+")[-1], spans=(Span(0, 1, RedactionReason.OTHER),))
    shown = "".join(words_of_answer(preview(services, cast.wang_wu, number, stale)))
    assert "魏会计" not in shown


def test_each_case_has_one_answer_at_a_time_and_a_new_one_after_a_withdrawal(
    services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    with pytest.raises(ConflictError, match=number):
        draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at + AFTER)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.PRIVACY, "隐去得不够，撤下", at=at + AFTER)

    assert draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at + AFTER) != number


@pytest.mark.parametrize(
    "summary", ["", "长" * 301, "郑十一反映的问题已经解决", "魏会计已退还存折", "电话13812345674已登记"]
)
def test_a_summary_is_short_and_names_nobody(services: Services, cast: Cast, at: datetime, summary: str) -> None:
    handed = concluded(services, cast, at=at)

    with pytest.raises(InvalidError) as refused:
        draft_answer(services, cast.li_si, handed.number, replace(WRITTEN, summary=summary), at=at)
    assert "summary" in refused.value.fields


def test_the_reason_of_a_withdrawal_names_nobody_either(services: Services, cast: Cast, at: datetime) -> None:
    number = published_answer(services, cast, at=at)

    with pytest.raises(RefusedError):
        publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.PRIVACY, "郑十一要求撤下", at=at + AFTER)


def test_a_phrase_that_stands_nowhere_in_the_answer_is_told_by_its_line(
    services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    written = replace(WRITTEN, phrases={RedactionReason.NAME: ("魏会计", "没有这个人")})

    with pytest.raises(InvalidError) as refused:
        draft_answer(services, cast.li_si, handed.number, written, at=at)
    assert str(refused.value.fields["name"]) == "第2行在答复里找不到"


def test_who_drafts_reviews_and_publishes_are_those_who_may_read_the_case(
    services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    with pytest.raises(NotAllowedError):
        draft_answer(services, cast.zhang_san, handed.number, WRITTEN, at=at)
    number = draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)
    with pytest.raises(NotFoundError):
        publications.submit(services, cast.qian_qi, number, at=at)
    publications.submit(services, cast.li_si, number, at=at)
    with pytest.raises(NotAllowedError):
        publications.review(services, cast.li_si, number, at=at)


def test_whoever_is_kept_out_of_the_case_neither_sees_nor_signs_its_answer(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    handed = concluded(services, cast, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    assert desk_answer(cast.zhao_liu, number)
    case = case_of(session, handed.number)
    session.add(CaseRecusal(case_id=case.id, account_id=cast.zhao_liu.account_id, at=at))
    session.commit()

    with pytest.raises(NotFoundError):
        desk_answer(cast.zhao_liu, number)
    with pytest.raises(NotFoundError):
        publications.publish(services, cast.zhao_liu, number, at=at + AFTER)


def test_of_two_who_edit_the_second_is_told(services: Services, cast: Cast, at: datetime) -> None:
    handed = concluded(services, cast, at=at)
    number = draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)
    edit_answer(services, cast.li_si, number, replace(WRITTEN, summary="改过的摘要"), 1, at=at)

    with pytest.raises(ConflictError):
        edit_answer(services, cast.li_si, number, WRITTEN, 1, at=at)
    assert worksheet(services, cast.li_si, handed.number, number).summary == "改过的摘要"


def test_a_correction_takes_the_same_steps_and_closes_what_was_open_for_privacys_sake(
    services: Services, cast: Cast, at: datetime
) -> None:
    number = published_answer(services, cast, at=at)
    later = at + AFTER
    correct_answer(services, cast.li_si, Correction(number, WithdrawalKind.PRIVACY, "多隐去一句话"), at=later)
    more = {**WRITTEN.phrases, RedactionReason.OTHER: ("存折原由",)}
    edit_answer(services, cast.li_si, number, replace(WRITTEN, phrases=more), 1, at=later)
    publications.submit(services, cast.li_si, number, at=later)
    publications.review(services, cast.wang_wu, number, at=later)
    with pytest.raises(RefusedError):
        publications.publish(services, cast.zhao_liu, number, at=later)
    publications.publish(services, cast.zhao_liu, number, at=later + AFTER)

    view = public_view(Area.CASES, number, at=later + AFTER)
    assert view
    assert view.ordinal == 2
    assert "存折原由" not in json.dumps(view.head, ensure_ascii=False)


def test_the_list_shows_what_is_public_by_county_kind_and_outcome(services: Services, cast: Cast, at: datetime) -> None:
    number = published_answer(services, cast, at=at)
    later = at + AFTER

    assert [line.number for line in answer_page(AnswerFilters(), at=later).lines] == [number]
    assert answer_page(AnswerFilters(county="370811", kind=CaseKind.COMPLAINT), at=later).total == 1
    assert answer_page(AnswerFilters(county="370832"), at=later).total == 0
    assert answer_page(AnswerFilters(kind=CaseKind.INQUIRY), at=later).total == 0


def test_a_withdrawn_answer_keeps_no_word_in_the_open_tables(
    session: Session, services: Services, cast: Cast, at: datetime
) -> None:
    number = published_answer(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "公开有误，撤下核对", at=at + AFTER)
    session.rollback()

    view = public_view(Area.CASES, number, at=at + AFTER)
    assert view
    assert view.face is Face.WITHDRAWN
    revision = session.scalars(select(Revision)).one()
    assert revision.head is None
    assert SUMMARY not in (revision.sealed_head or "")
    assert "存折" not in (revision.sealed_head or "")
