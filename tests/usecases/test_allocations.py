from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.allocation_tables import read_draft
from portal.domain.allocations import ResidueRule
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.publications import Area, Face, RevisionState, WithdrawalKind
from portal.models.allocations import AllocationAmount, AllocationSource
from portal.models.publications import Publication, Revision
from portal.queries.allocations import AllocationFilters, allocation_page, desk_allocation, desk_allocations
from portal.queries.archive_entries import entries_of
from portal.queries.papers import paper_of
from portal.queries.publications import public_view, revision_view
from portal.usecases import publications
from portal.usecases.allocations import explain_differences
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.allocations import (
    AMOUNTS,
    FIRST,
    SECOND,
    WRONG,
    book,
    by_hand,
    city_clerk,
    drafted,
    imported,
    publish,
    published,
)

SHIFTED = (480_000, 320_000, 200_000)


@pytest.mark.parametrize(
    ("path", "rule"), [(FIRST, ResidueRule.LARGEST_REMAINDER), (SECOND, ResidueRule.LARGEST)], ids=["first", "second"]
)
def test_a_sample_becomes_a_draft_with_its_rule_and_amounts(path, rule, services, cast, session: Session, at):
    outcome = imported(services, city_clerk(cast), path.read_bytes(), at=at)
    assert (outcome.rows, outcome.residue, outcome.unexplained) == (12, rule, ())
    assert (
        session.scalar(select(func.sum(AllocationAmount.final_fen)))
        == read_draft(session.scalars(select(Revision)).one().draft).total_fen
    )
    assert session.scalar(select(func.count()).select_from(AllocationSource)) == 24


def test_a_table_that_does_not_add_up_writes_nothing(services: Services, cast: Cast, session: Session, at: datetime):
    outcome = imported(services, city_clerk(cast), WRONG.read_bytes(), at=at)
    assert outcome.number is None
    assert [problem.cell for problem in outcome.problems] == ["B16"]
    assert session.scalar(select(func.count()).select_from(Publication)) == 0


def test_a_published_allocation_is_seen_as_it_was_frozen(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    assert number.startswith("FP-2026-")
    table = read_draft(view.head)
    assert table.finals == tuple(100 * amount for amount in AMOUNTS)
    assert table.computed == table.finals
    assert [line.number for line in allocation_page(AllocationFilters(year=2026), at=at).lines] == [number]
    assert allocation_page(AllocationFilters(year=2025), at=at).total == 0


def test_what_no_rule_explains_needs_words_before_it_is_published(services: Services, cast: Cast, at: datetime):
    outcome = imported(services, cast.li_si, book(SHIFTED), at=at)
    assert outcome.number is not None
    assert {row.name: row.difference_fen for row in outcome.unexplained} == {
        "许庄街道": -2_000_000,
        "李营街道": 2_000_000,
    }
    publications.submit(services, cast.li_si, outcome.number, at=at)
    publications.review(services, cast.wang_wu, outcome.number, at=at)
    with pytest.raises(RefusedError, match="许庄街道、李营街道"):
        publications.publish(services, cast.zhao_liu, outcome.number, at=at)
    explained = explain_differences(services, cast.li_si, outcome.number, {"许庄街道": "上年结余较多，调减"}, at=at)
    assert explained.state is RevisionState.SUBMITTED
    explain_differences(services, cast.li_si, outcome.number, {"370811005": "本年灾情较重，调增"}, at=at)
    publications.review(services, cast.wang_wu, outcome.number, at=at)
    publications.publish(services, cast.zhao_liu, outcome.number, at=at)
    view = public_view(Area.ALLOCATIONS, outcome.number, at=at)
    assert view is not None
    assert [row.reason for row in read_draft(view.head).rows] == ["上年结余较多，调减", "本年灾情较重，调增", ""]


def test_no_emergency_leads_around_the_words(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, book(SHIFTED), at=at)
    with pytest.raises(RefusedError, match="还没有写明理由"):
        publications.publish(services, cast.zhao_liu, number, at=at, bypass_reason="汛情紧急，先行下达")


def test_without_factors_every_division_needs_words(services: Services, cast: Cast, at: datetime):
    outcome = imported(services, cast.li_si, book(factors=False), at=at)
    assert len(outcome.unexplained) == 3


def test_words_are_written_by_drafters_for_divisions_of_the_table(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, book(SHIFTED), at=at)
    with pytest.raises(NotAllowedError):
        explain_differences(services, cast.wang_wu, number, {"许庄街道": "上年结余较多"}, at=at)
    with pytest.raises(NotFoundError):
        explain_differences(services, cast.li_si, number, {"仙营街道": "上年结余较多"}, at=at)
    with pytest.raises(NotFoundError):
        explain_differences(services, cast.qian_qi, number, {"许庄街道": "上年结余较多"}, at=at)
    with pytest.raises(RefusedError):
        explain_differences(services, cast.li_si, number, {"许庄街道": "联系电话13912345678"}, at=at)
    with pytest.raises(ConflictError):
        explain_differences(services, cast.li_si, number, {"许庄街道": "上年结余较多"}, at=at, version=9)


def test_a_correction_keeps_the_former_amounts_and_tells_the_cells(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = published(services, cast, at=at)
    imported(
        services, cast.li_si, book((600_000, 360_000, 240_000)), at=at, corrects=number,
        change_kind=WithdrawalKind.CORRECTION, change_note="省里追加了资金",
    )  # fmt: skip
    publish(services, cast, number, at=at)
    view, former = public_view(Area.ALLOCATIONS, number, at=at), revision_view(Area.ALLOCATIONS, number, 1, at=at)
    assert view is not None
    assert former is not None
    assert {"place": "许庄街道", "column": "final", "old": "500,000.00", "new": "600,000.00"} in view.head["changes"]
    assert read_draft(former.head).total_fen == 100_000_000
    assert session.scalar(select(func.count()).select_from(AllocationAmount)) == 6


def test_a_correction_that_closes_tells_no_former_value(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    imported(
        services, cast.li_si, book((600_000, 360_000, 240_000)), at=at, corrects=number,
        change_kind=WithdrawalKind.ERROR, change_note="发错了表格",
    )  # fmt: skip
    publish(services, cast, number, at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    assert {change["old"] for change in view.head["changes"]} == {None}


def test_a_withdrawn_allocation_leaves_a_stub(services: Services, cast: Cast, session: Session, at: datetime):
    number = published(services, cast, at=at)
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了表格", at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    assert (view.face, dict(view.head)) == (Face.WITHDRAWN, {})
    revision = session.scalars(select(Revision)).one()
    assert "500000" not in f"{revision.head}{revision.draft}{revision.sealed_head}"


def test_other_counties_see_nothing_and_townships_allocate_nothing(services: Services, cast: Cast, at: datetime):
    number = drafted(services, cast, at=at)
    assert desk_allocations(cast.qian_qi) == ()
    with pytest.raises(NotFoundError):
        desk_allocation(cast.qian_qi, number)
    with pytest.raises(NotAllowedError):
        imported(services, cast.qian_qi, at=at, division_code="370811")
    with pytest.raises(NotAllowedError):
        imported(services, cast.wang_wu, at=at)
    with pytest.raises(RefusedError):
        imported(services, cast.zhang_san, at=at)


def test_the_search_and_the_paper_read_the_same_snapshot(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    (entry,) = entries_of([view.publication_id], at=at)
    assert "许庄街道" in entry.body
    assert "1,000,000.00元" in entry.summary
    paper = paper_of(view, services.settings, demo=False)
    assert dict(paper.meta)["合计"] == "1,000,000.00元"
    assert ("许庄街道", "500,000.00", "0.00", "500,000.00") in paper.blocks[1].rows


def test_the_words_of_a_table_are_the_reasons_of_its_adjustments(services: Services, cast: Cast, at: datetime):
    content = by_hand(("许庄街道", 20_000, "灾情较重，调增"), ("李营街道", -20_000, "多"))
    outcome = imported(services, cast.li_si, content, at=at)
    assert [row.name for row in outcome.unexplained] == ["李营街道"], "one character is no reason"
    assert outcome.number is not None
    with pytest.raises(RefusedError, match="李营街道的金额"):
        publish(services, cast, outcome.number, at=at)
    explain_differences(services, cast.li_si, outcome.number, {"任城区李营": "上年结余较多，调减"}, at=at)
    table = desk_allocation(cast.li_si, outcome.number).table
    assert table is not None
    assert {row.name: row.reason for row in table.rows if row.reason} == {
        "许庄街道": "灾情较重，调增",
        "李营街道": "上年结余较多，调减",
    }


def test_what_a_county_keeps_is_published_under_its_own_name(services: Services, cast: Cast, at: datetime):
    number = published(services, cast, by_hand(kept=50_000), at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    kept = read_draft(view.head).rows[-1]
    assert (kept.name, kept.computed_fen, kept.final_fen) == ("区级预留", 0, 5_000_000)
    assert sum(read_draft(view.head).computed) == 100_000_000


def test_a_correction_tells_weights_as_people_write_them_and_what_the_office_keeps(
    services: Services, cast: Cast, at: datetime
):
    number = published(services, cast, by_hand(kept=50_000), at=at)
    imported(
        services, cast.li_si, by_hand(kept=60_000, weights=("60%", "40%")), at=at, corrects=number,
        change_kind=WithdrawalKind.CORRECTION, change_note="权重录入有误，预留增加",
    )  # fmt: skip
    publish(services, cast, number, at=at)
    view = public_view(Area.ALLOCATIONS, number, at=at)
    assert view is not None
    told = {(one["place"], one["column"]): (one["old"], one["new"]) for one in view.head["changes"]}
    assert told["", "weight:救助人次"] == ("70%", "60%")
    assert told["区级预留", "adjustment:reserve"] == ("50,000.00", "60,000.00")
    assert told["区级预留", "final"] == ("50,000.00", "60,000.00")
