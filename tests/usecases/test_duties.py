from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetPhase
from portal.domain.cases import Rung
from portal.domain.documents import DocumentCategory, Validity
from portal.domain.duties import DutyState
from portal.domain.programs import Program
from portal.domain.publications import WithdrawalKind
from portal.models.audit import AuditEntry
from portal.models.duties import DutyStanding
from portal.models.transaction import transaction
from portal.queries.divisions import division_tree
from portal.queries.duties import DutyCell, every_duty, missed_by_county
from portal.queries.site import site
from portal.usecases import publications
from portal.usecases.duties import keep_duties
from portal.usecases.offices import OfficeChange, set_office
from portal.usecases.services import Services
from tests.cast import TOWNSHIP, Cast
from tests.usecases import budgets, documents, lists, payments
from tests.usecases.budgets import drafted as drafted_budget

COUNTY, TOWN, CITY = "370811", "370811002", "370800"
GUIDE = replace(
    documents.POLICY, title="低保办事指南", category=DocumentCategory.GUIDE, program=Program.SUBSISTENCE_ALLOWANCE
)


def cell(services: Services, code: str, duty: str, *, at: datetime) -> DutyCell:
    tree = division_tree()
    cells = every_duty(tree.by_code[code], tree, services.rulebook.duties, at=at)
    return next(one for one in cells if one.rule.duty.code == duty and one.place.code == code)


def state(services: Services, code: str, duty: str, *, at: datetime) -> DutyState:
    return cell(services, code, duty, at=at).state


def test_the_job_counts_every_place_that_has_an_office_once_a_day(services: Services, session: Session, at: datetime):
    assert keep_duties(services, at=at) > 0
    revision = site().revision
    assert keep_duties(services, at=at) == 0
    places = set(session.scalars(select(DutyStanding.division_code)))
    assert places == {CITY, COUNTY, TOWN, "370832"}
    assert keep_duties(services, at=at + timedelta(days=1)) == 0
    assert set(session.scalars(select(DutyStanding.looked_on))) == {date(2026, 11, 21)}
    assert site().revision == revision


def test_a_guide_fulfils_from_the_instant_of_its_publication_until_it_is_withdrawn(
    services: Services, cast: Cast, at: datetime
):
    keep_duties(services, at=at)
    assert state(services, COUNTY, "subsistence-guide", at=at) is DutyState.NEVER
    number = documents.published(services, cast, at=at, content=GUIDE)
    for code in (COUNTY, TOWN):
        told = cell(services, code, "subsistence-guide", at=at)
        assert (told.state, told.number, told.standing.fulfilled_on) == (DutyState.MET, number, date(2026, 11, 20))
    assert state(services, "370832", "subsistence-guide", at=at) is DutyState.NEVER
    publications.withdraw(services, cast.zhao_liu, number, WithdrawalKind.ERROR, "发错了文件", at=at)
    told = cell(services, TOWN, "subsistence-guide", at=at)
    assert (told.state, told.number) == (DutyState.NEVER, None)


def test_a_void_guide_fulfils_nothing(services: Services, cast: Cast, at: datetime):
    void = replace(GUIDE, validity=Validity.VOID, validity_note="由新的指南代替")
    documents.published(services, cast, at=at, content=void)
    assert state(services, COUNTY, "subsistence-guide", at=at) is DutyState.NEVER


def test_a_list_fulfils_after_its_end_too_and_what_the_job_counts_is_what_the_publication_wrote(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = lists.published(services, cast, at=at)
    payments.published(services, cast, at=at)
    written = session.execute(select(DutyStanding.division_code, DutyStanding.duty, DutyStanding.due_on)).all()
    later = at + timedelta(days=40)
    keep_duties(services, at=later)
    told = cell(services, COUNTY, "subsistence-first-review", at=later)
    assert (told.state, told.number) == (DutyState.MET, number)
    now = session.execute(select(DutyStanding.division_code, DutyStanding.duty, DutyStanding.due_on)).all()
    assert set(written) <= set(now)


def test_a_batch_of_a_month_moves_the_last_day_on(services: Services, cast: Cast, at: datetime):
    keep_duties(services, at=at)
    assert cell(services, TOWN, "subsistence-payments", at=at).standing.due_on == date(2026, 12, 20)
    content = payments.roster(title=payments.TITLE.replace("10月", "11月"))
    number = payments.published(services, cast, content, at=at, month=None)
    told = cell(services, TOWN, "subsistence-payments", at=at)
    assert (told.standing.due_on, told.number) == (date(2027, 1, 20), number)


def test_an_approved_budget_that_lies_at_the_desk_is_late_after_its_twenty_days(
    services: Services, cast: Cast, at: datetime
):
    approved_on = date(2026, 10, 20)
    number = drafted_budget(services, cast, at=at, phase=BudgetPhase.ADJUSTED, approved_on=approved_on)
    keep_duties(services, at=at)
    assert state(services, COUNTY, "budget-adjustment", at=at) is DutyState.NEVER
    budgets.publish(services, cast, number, at=at)
    told = cell(services, COUNTY, "budget-adjustment", at=at)
    assert (told.state, told.number) == (DutyState.MET, number)


def test_an_office_without_an_address_owes_one_and_the_worker_sees_when_it_is_set(
    services: Services, session: Session, at: datetime
):
    set_office("李营街道办事处", OfficeChange(division="370811005", hotline="0537-5661003"), actor=None, at=at)
    keep_duties(services, at=at)
    assert state(services, "370811005", "general-supervision", at=at) is DutyState.NEVER
    set_office("李营街道办事处", OfficeChange(address="示例路 3 号"), actor=None, at=at)
    keep_duties(services, at=at)
    assert state(services, "370811005", "general-supervision", at=at) is DutyState.MET


def test_what_no_rule_asks_for_any_more_goes_and_what_an_office_has_stated_stays(
    services: Services, session: Session, at: datetime
):
    keep_duties(services, at=at)
    with transaction() as writing:
        row = writing.get_one(DutyStanding, (TOWN, "temporary-result"))
        row.reason = "本街道没有临时救助"
    duties = services.rulebook.duties
    kept = tuple(rule for rule in duties.rules if rule.duty.code == "subsistence-guide")
    fewer = replace(duties, rules=kept, fingerprint="other")
    other = replace(services, rulebook=replace(services.rulebook, duties=fewer))
    keep_duties(other, at=at)
    left = session.execute(select(DutyStanding.duty, func.count()).group_by(DutyStanding.duty)).all()
    assert sorted(map(tuple, left)) == [("subsistence-guide", 3), ("temporary-result", 1)]


def test_the_first_page_adds_up_what_is_late_in_a_county_with_its_townships(services: Services, at: datetime):
    keep_duties(services, at=at)
    tree = division_tree()
    counted = {place.code: count for place, count in missed_by_county(tree, at=at).items()}
    every = every_duty(tree.by_code[COUNTY], tree, services.rulebook.duties, at=at)
    assert counted[COUNTY] == sum(one.is_missed for one in every) > 0
    assert {one.place.code for one in every} == {COUNTY, TOWN}
    assert TOWNSHIP.startswith(tree.by_code[TOWN].display_name)


def test_the_worker_reminds_once_on_each_rung_and_notes_how_many(services: Services, session: Session, at: datetime):
    def noted() -> list[dict[str, int]]:
        query = select(AuditEntry.detail).where(
            AuditEntry.action == "duty.reminded", AuditEntry.subject == f"duty:{TOWN}"
        )
        return list(session.scalars(query.order_by(AuditEntry.id)))

    keep_duties(services, at=at)
    keep_duties(services, at=at)
    (first,) = noted()
    assert set(first) == {"urging"}
    told = cell(services, TOWN, "subsistence-guide", at=at)
    assert told.rung is Rung.URGING
    keep_duties(services, at=at + timedelta(days=1))
    assert noted() == [first]
    keep_duties(services, at=at + timedelta(days=27))
    assert noted()[1]["supervision"] == first["urging"]


def test_what_was_fulfilled_is_reminded_of_anew_when_it_is_late_again(
    services: Services, cast: Cast, session: Session, at: datetime
):
    keep_duties(services, at=at)
    documents.published(services, cast, at=at, content=GUIDE)
    keep_duties(services, at=at + timedelta(days=1))
    assert session.get_one(DutyStanding, (TOWN, "subsistence-guide")).rung is None
    keep_duties(services, at=at + timedelta(days=370))
    assert session.get_one(DutyStanding, (TOWN, "subsistence-guide")).rung is Rung.URGING
