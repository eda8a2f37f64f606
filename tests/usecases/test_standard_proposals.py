"""Standards at the desk: handed in by one, confirmed by another, and public only then."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.offices import OfficeKind
from portal.domain.permissions import Role
from portal.domain.programs import Program
from portal.domain.standards import ProposalState
from portal.models.audit import AuditEntry
from portal.models.offices import Office
from portal.models.standards import Standard, StandardProposal
from portal.models.transaction import transaction
from portal.queries.divisions import division
from portal.queries.site import site
from portal.queries.standard_proposals import proposal_of, proposals_for, proposals_waiting_for
from portal.queries.standards import amounts_on
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.standard_proposals import ProposalOutcome, confirm, propose_sheet, propose_standard, refuse
from tests.cast import Cast
from tests.usecases.standards import FORMER, HEAD, RURAL, entered

LOW = Program.SUBSISTENCE_ALLOWANCE
TYPED = {
    "residence": "rural", "division": "370811", "valid_from": "2026年7月1日", "yuan": "720",
    "document_number": "任民发〔2026〕6号", "note": "",
}  # fmt: skip


def sheet(services: Services, cast: Cast, *rows: str, at: datetime, corrects: bool = False) -> ProposalOutcome:
    upload = Upload("标准.csv", "\n".join((HEAD, *rows)).encode())
    return propose_sheet(services, cast.li_si, upload, corrects=corrects, at=at)


def typed(services: Services, cast: Cast, at: datetime, *, corrects: bool = False, **changes: str) -> int:
    return propose_standard(services, cast.li_si, LOW, {**TYPED, **changes}, corrects=corrects, at=at)


def in_force(day: date = date(2026, 7, 1)) -> object:
    return amounts_on(LOW, division("370811"), day)


def test_what_one_hands_in_counts_once_another_one_has_confirmed_it(services, cast: Cast, at, session: Session):
    outcome = sheet(services, cast, RURAL, FORMER, at=at)
    assert outcome.id is not None
    assert (in_force(), outcome.problems) == ({}, ())
    before = site().revision
    confirm(cast.zhao_liu, outcome.id, at=at)
    assert in_force() == {"rural": 72_000}
    assert in_force(date(2026, 6, 30)) == {"rural": 69_000}
    assert site().revision == before + 1
    line = proposals_for(cast.li_si)[0]
    assert (line.state, line.count, line.proposer_name, line.decider_name) == (ProposalState.ENTERED, 2, "李四", "赵六")
    acts = session.execute(select(AuditEntry.action, AuditEntry.account_id).order_by(AuditEntry.id.desc()).limit(2))
    assert [tuple(one) for one in acts] == [
        ("standards.imported", cast.zhao_liu.account_id), ("standards.proposed", cast.li_si.account_id),
    ]  # fmt: skip
    with pytest.raises(ConflictError):
        confirm(cast.zhao_liu, outcome.id, at=at)


def test_nobody_confirms_his_own_and_nobody_without_the_right_to_publish(services, cast: Cast, at: datetime):
    number = typed(services, cast, at)
    both = replace(cast.li_si, roles=cast.li_si.roles | {Role.PUBLISHER})
    with pytest.raises(RefusedError):
        confirm(both, number, at=at)
    with pytest.raises(NotAllowedError):
        confirm(cast.wang_wu, number, at=at)
    with pytest.raises(NotFoundError):
        confirm(cast.qian_qi, number, at=at)
    assert [proposals_waiting_for(one) for one in (cast.zhao_liu, both, cast.wang_wu, cast.qian_qi)] == [1, 0, 0, 0]
    assert in_force() == {}


def test_every_fault_of_one_standard_is_told_at_its_field(services: Services, cast: Cast, at: datetime):
    with pytest.raises(InvalidError) as refused:
        typed(
            services, cast, at, residence="all", division="370832", valid_from="明年", yuan="7200", document_number=""
        )
    assert set(refused.value.fields) == {"residence", "division", "valid_from", "yuan", "document_number"}
    with pytest.raises(InvalidError) as refused:
        typed(services, cast, at, note="电话13805370000")
    assert set(refused.value.fields) == {"note"}


def test_a_table_with_a_fault_is_told_cell_by_cell_and_nothing_is_kept(services, cast: Cast, at, session: Session):
    outcome = sheet(services, cast, FORMER, RURAL.replace(",720,", ",七百,"), at=at)
    assert (outcome.id, [one.cell for one in outcome.problems]) == (None, ["E3"])
    assert session.scalar(select(func.count()).select_from(StandardProposal)) == 0


def test_a_bound_of_small_grants_is_entered_without_residence(services: Services, cast: Cast, at: datetime):
    told = {**TYPED, "residence": "all", "yuan": "930.50"}
    number = propose_standard(services, cast.li_si, Program.TEMPORARY_ASSISTANCE, told, corrects=False, at=at)
    confirm(cast.zhao_liu, number, at=at)
    found = amounts_on(Program.TEMPORARY_ASSISTANCE, division("370811"), date(2026, 7, 1))
    assert found == {"all": 93_050}


def test_a_correction_says_so_and_leaves_the_mistyped_amount_beside_it(services, cast: Cast, at, session: Session):
    entered(services, cast.zhao_liu, RURAL, at=at)
    with pytest.raises(RefusedError):
        typed(services, cast, at)
    with pytest.raises(InvalidError) as refused:
        typed(services, cast, at, yuan="730")
    assert set(refused.value.fields) == {"yuan"}
    with pytest.raises(InvalidError) as refused:
        typed(services, cast, at, yuan="730", corrects=True)
    assert set(refused.value.fields) == {"note"}
    number = typed(services, cast, at, yuan="730", note="录错一位", corrects=True)
    assert proposal_of(cast.zhao_liu, number).entries[0].former_fen == 72_000
    confirm(cast.zhao_liu, number, at=at)
    assert in_force() == {"rural": 73_000}
    assert session.scalars(select(Standard.amount_fen).order_by(Standard.ordinal)).all() == [72_000, 73_000]


def test_what_was_entered_meanwhile_is_not_entered_twice_and_not_overruled(services, cast: Cast, at, session: Session):
    same, other = typed(services, cast, at), typed(services, cast, at, yuan="730")
    entered(services, cast.zhao_liu, RURAL, at=at)
    confirm(cast.zhao_liu, same, at=at)
    with pytest.raises(ConflictError):
        confirm(cast.zhao_liu, other, at=at)
    assert session.scalars(select(Standard.amount_fen)).all() == [72_000]


def test_it_is_given_back_with_a_word_why_by_a_publisher_or_by_whoever_handed_it_in(services, cast: Cast, at: datetime):
    first, second = typed(services, cast, at), typed(services, cast, at, yuan="730")
    for remark in (" ", "长" * 201, "电话13805370000"):
        with pytest.raises(InvalidError):
            refuse(cast.zhao_liu, first, remark, at=at)
    with pytest.raises(NotAllowedError):
        refuse(cast.wang_wu, first, "与文件不符", at=at)
    refuse(cast.zhao_liu, first, "与文件不符", at=at)
    refuse(cast.li_si, second, "录错了", at=at)
    assert {one.remark for one in proposals_for(cast.li_si)} == {"与文件不符", "录错了"}
    with pytest.raises(ConflictError):
        confirm(cast.zhao_liu, first, at=at)
    assert in_force() == {}


def test_neither_a_township_nor_a_bank_sets_standards(services: Services, cast: Cast, at: datetime):
    with pytest.raises(RefusedError):
        propose_standard(services, cast.zhang_san, LOW, TYPED, corrects=False, at=at)
    with transaction() as session:
        session.get_one(Office, cast.li_si.office_id).kind = OfficeKind.AGENT_BANK
    with pytest.raises(RefusedError):
        typed(services, cast, at)
