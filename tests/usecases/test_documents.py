from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.documents import DocumentCategory, Validity
from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.programs import Program
from portal.domain.publications import Area, Face, RevisionState, WithdrawalKind
from portal.models.offices import Office
from portal.models.publications import Publication, Revision
from portal.models.transaction import transaction
from portal.queries.archive_entries import entries_of
from portal.queries.documents import DocumentFilters, desk_document, desk_documents, document_page
from portal.queries.papers import paper_of
from portal.queries.publications import public_view, revision_view
from portal.usecases import publications
from portal.usecases.corrections import Correction
from portal.usecases.documents import (
    correct_document,
    draft_document,
    edit_document,
    import_document,
    load_shipped_documents,
)
from portal.usecases.idempotency import Sent, SentTwiceError, outcome_of
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.documents import POLICY, drafted, publish, published


def test_a_published_document_is_seen_as_it_was_frozen(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    view = public_view(Area.DOCUMENTS, number, at=at)
    assert view is not None
    assert view.face is Face.FULL
    assert view.head["index_number"] == number
    assert "<h2>要求</h2>" in view.head["html"]
    assert view.head["issuer"] == cast.li_si.office_name
    assert "review_on" not in view.head


def test_a_draft_is_nowhere_to_be_seen(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert public_view(Area.DOCUMENTS, number, at=at) is None
    assert document_page(DocumentFilters(), at=at).total == 0


def test_a_withdrawn_document_leaves_nothing_of_its_text_in_the_open_tables(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了文件", at=at)
    view = public_view(Area.DOCUMENTS, number, at=at)
    assert view is not None
    assert (view.face, dict(view.head)) == (Face.WITHDRAWN, {})
    revision = session.scalars(select(Revision)).one()
    assert revision.head is None
    assert "及时全面" not in f"{revision.draft}{revision.sealed_head}"
    assert document_page(DocumentFilters(), at=at).total == 0


def test_lists_are_filtered_by_category_programme_and_words(services: Services, cast: Cast, at: datetime):
    policy = published(services, cast, at=at)
    guide = published(
        services,
        cast,
        at=at + timedelta(minutes=1),
        content=replace(
            POLICY,
            title="怎样申请低保",
            category=DocumentCategory.GUIDE,
            program=Program.SUBSISTENCE_ALLOWANCE,
            document_number="",
        ),
    )

    def numbers(**asked: object) -> list[str]:
        page = document_page(DocumentFilters(**asked), at=at + timedelta(hours=1))  # type: ignore[arg-type]
        return [line.number for line in page.lines]

    assert numbers() == [guide, policy]
    assert numbers(category=DocumentCategory.POLICY) == [policy]
    assert numbers(program=Program.SUBSISTENCE_ALLOWANCE) == [guide]
    assert numbers(text="〔2020〕21号") == [policy]
    assert numbers(text="申请 低保") == [guide]
    assert numbers(text="%") == []


def test_pages_of_the_list_follow_each_other_without_gap(services: Services, cast: Cast, at: datetime):
    made = [
        published(services, cast, at=at + timedelta(minutes=i), content=replace(POLICY, title=f"文件{i}"))
        for i in range(3)
    ]
    later = at + timedelta(hours=1)
    first = document_page(DocumentFilters(), at=later, size=2)
    second = document_page(DocumentFilters(), at=later, after=first.next_cursor, size=2)
    assert [line.number for line in (*first.lines, *second.lines)] == made[::-1]
    assert second.next_cursor is None


def test_a_correction_keeps_the_former_text_and_tells_why(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    correction = Correction(number, WithdrawalKind.CORRECTION, "补上失效日期")
    void = replace(POLICY, validity=Validity.VOID, validity_note="2026年11月1日起失效")
    correct_document(services, cast.li_si, correction, void, at=at)
    publish(services, cast, number, at=at)
    view, former = public_view(Area.DOCUMENTS, number, at=at), revision_view(Area.DOCUMENTS, number, 1, at=at)
    assert view is not None
    assert former is not None
    assert (view.ordinal, view.head["validity"], view.head["change_note"]) == (2, "void", "补上失效日期")
    assert former.head["validity"] == "in_force"


def test_one_correction_at_a_time_and_only_of_what_is_public(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    correction = Correction(number, WithdrawalKind.CORRECTION, "改一个错字")
    with pytest.raises(ConflictError):
        correct_document(services, cast.li_si, correction, at=at)
    publish(services, cast, number, at=at)
    correct_document(services, cast.li_si, correction, at=at)
    with pytest.raises(ConflictError):
        correct_document(services, cast.li_si, correction, at=at)


def test_an_edit_of_an_old_version_is_refused(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    edit_document(services, cast.li_si, number, replace(POLICY, title="先改的"), 1, at=at)
    with pytest.raises(ConflictError):
        edit_document(services, cast.li_si, number, replace(POLICY, title="后改的"), 1, at=at)
    assert desk_document(cast.li_si, number, (), at=at).title == "先改的"


def test_a_form_sent_twice_drafts_once(services: Services, cast: Cast, at: datetime):
    sent = Sent("key", "/desk/documents/{number}")
    number = draft_document(services, cast.li_si, POLICY, at=at, sent=sent)
    with pytest.raises(SentTwiceError):
        draft_document(services, cast.li_si, POLICY, at=at, sent=sent)
    assert outcome_of("key") == f"/desk/documents/{number}"
    assert len(desk_documents(cast.li_si, (), at=at)) == 1


def test_only_drafters_draft_and_other_counties_see_nothing(services: Services, cast: Cast, at: datetime):
    with pytest.raises(NotAllowedError):
        draft_document(services, cast.wang_wu, POLICY, at=at)
    number = drafted(services, cast, at=at)
    assert desk_documents(cast.qian_qi, (), at=at) == ()
    with pytest.raises(NotFoundError):
        desk_document(cast.qian_qi, number, (), at=at)
    with pytest.raises(NotFoundError):
        edit_document(services, cast.qian_qi, number, POLICY, 1, at=at)


def test_personal_numbers_are_refused_and_the_offices_own_phone_is_not(services: Services, cast: Cast, at: datetime):
    with pytest.raises(InvalidError) as refused:
        draft_document(services, cast.li_si, replace(POLICY, body="联系人电话13912345678"), at=at)
    assert set(refused.value.fields) == {"body"}
    draft_document(services, cast.li_si, replace(POLICY, body="监督电话0537-5660000"), at=at)


def test_the_search_finds_words_without_markup(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    view = public_view(Area.DOCUMENTS, number, at=at)
    assert view is not None
    (entry,) = entries_of([view.publication_id], at=at)
    assert "济民字〔2020〕21号" in entry.body
    assert "#" not in entry.body
    assert entry.kind == "policy"
    assert entry.summary


def test_the_paper_tells_the_same_as_the_page(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at, content=replace(POLICY, validity=Validity.VOID, validity_note="已废止"))
    view = public_view(Area.DOCUMENTS, number, at=at)
    assert view is not None
    paper = paper_of(view, services.settings, demo=False)
    meta = dict(paper.meta)
    assert meta["发文字号"] == "济民字〔2020〕21号"
    assert meta["有效性"] == "已失效（已废止）"
    assert meta["成文日期"] == "以原件为准"
    assert "已失效" in paper.blocks[0].text


def test_the_shipped_documents_become_drafts_once(services: Services, cast: Cast, session: Session, at: datetime):
    loaded = load_shipped_documents(services, cast.li_si, at=at)
    assert len(loaded.numbers) == 4
    again = load_shipped_documents(services, cast.li_si, at=at)
    assert again.numbers == ()
    assert len(again.known) == 4
    drafts = desk_documents(cast.li_si, services.rulebook.repealed, at=at)
    assert {one.state for one in drafts} == {RevisionState.DRAFT}
    guides = [one.content for one in drafts if one.content and one.content.category is DocumentCategory.GUIDE]
    assert {guide.program for guide in guides} == set(Program)
    for guide in guides:
        assert "0537-5660000" in guide.body
        assert "{" not in guide.body
    assert not any(one.stale for one in drafts)
    for number in loaded.numbers:
        publish(services, cast, number, at=at)
    assert document_page(DocumentFilters(), at=at).total == 4


def test_a_guide_is_not_drafted_without_a_hotline(services: Services, cast: Cast, session: Session, at: datetime):
    with transaction():
        session.get_one(Office, cast.li_si.office_id).hotline = ""
    with pytest.raises(RefusedError):
        load_shipped_documents(services, cast.li_si, at=at)
    assert session.scalars(select(Publication)).all() == []


def test_a_document_is_looked_at_again_after_a_year(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    assert not desk_document(cast.li_si, number, (), at=at).review_is_due
    assert desk_document(cast.li_si, number, (), at=at + timedelta(days=366)).review_is_due


def test_a_document_that_cites_a_repealed_one_is_flagged(services: Services, cast: Cast, at: datetime):
    repealed = services.rulebook.repealed
    number = drafted(services, cast, at=at, content=replace(POLICY, body="根据《信访条例》。"))
    (stale,) = desk_document(cast.li_si, number, repealed, at=at).stale
    assert stale.replaced_by == "信访工作条例（2022年）"


def test_a_file_is_imported(services: Services, cast: Cast, at: datetime, tmp_path: Path):
    text = '+++\ntitle = "检查报告"\ncategory = "inspection_report"\n+++\n{office}检查了。\n'
    number = import_document(services, cast.li_si, text, at=at)
    content = desk_document(cast.li_si, number, (), at=at).content
    assert content is not None
    assert content.body == "任城区民政局检查了。\n"
