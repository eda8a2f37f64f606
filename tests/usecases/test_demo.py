"""Demo mode on a small scale: seven months and a fifth of the rows show every state that two years show."""

import csv
import re
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.app import create_app
from portal.config import settings_from
from portal.data.tables import read_toml
from portal.domain.case_actions import Action
from portal.domain.case_clocks import card
from portal.domain.cases import Card, CaseKind, CaseState, Channel, Rung, Track
from portal.domain.desk_keys import FEWEST_HOLDERS
from portal.domain.divisions import Division, DivisionCode, Level
from portal.domain.duties import DutyState
from portal.domain.errors import RefusedError
from portal.domain.identity_numbers import fault
from portal.domain.instants import shanghai_date
from portal.domain.masking import clean_name
from portal.domain.notices import NoticeKind
from portal.domain.payment_months import MonthState
from portal.domain.payments import Residence
from portal.domain.permissions import Role
from portal.domain.programs import Program
from portal.domain.proxy_collectors import ProxyState
from portal.domain.publications import Area, Face, RevisionState, WithdrawalKind
from portal.domain.warnings import WarningRule
from portal.models import schema
from portal.models.base import db
from portal.models.case_publications import CasePublication
from portal.models.cases import Case, CaseAccused, CaseClock, CaseEvent
from portal.models.desk_keys import DeskKey, DeskKeyHolder
from portal.models.notices import HiddenRow, NoticeRow, PostingPlace
from portal.models.offices import Office
from portal.models.outbox import Job, OutboxRow
from portal.models.payments import PaymentPerson
from portal.models.publications import Publication, Revision
from portal.queries.budgets import desk_budgets
from portal.queries.case_statistics import counted
from portal.queries.delegations import standing_in
from portal.queries.divisions import division_tree
from portal.queries.duties import every_duty
from portal.queries.payment_months import payment_month
from portal.queries.payments import PaymentFilters, payment_page
from portal.queries.proxy_collectors import all_proxies
from portal.queries.publications import public_view
from portal.queries.staff import actor_named, all_accounts
from portal.queries.standard_proposals import proposals_waiting_for
from portal.queries.warnings import findings_everywhere
from portal.search.engine import Query
from portal.usecases.case_clocks import clock_of
from portal.usecases.case_events import broken_at
from portal.usecases.case_statistics import count_cases
from portal.usecases.demo import SEED, load_demo
from portal.usecases.demo_lists import AREA, Census, Household, Wanted
from portal.usecases.demo_plan import ROWS, DemoScale, Plan, row_of
from portal.usecases.demo_stories import Stage
from portal.usecases.expiry import due_for_sealing
from portal.usecases.progress import look
from portal.usecases.progress_sessions import open_progress, submitter_by
from portal.usecases.services import Services
from tests.clients import CheckedClient
from tests.databases import empty_database
from tests.desk import sign_in

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SMALL = DemoScale(months=7, households=0.2)
ENTRIES = read_toml("demo/cases.toml")
pytestmark = pytest.mark.xdist_group("demo")
"""Of several test processes one fills the instance that all of these look at."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("demo")
    with empty_database(folder, worker_id) as url:
        app = create_app(settings_from({"PORTAL_INSTANCE": str(folder), "PORTAL_DATABASE_URL": url}))
        app.testing, app.test_client_class = True, CheckedClient
        schema.upgrade(url)
        with app.app_context():
            load_demo(app.extensions["portal"], at=AT, scale=SMALL, progress=lambda _stage: None)
            db.session.remove()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def demo_services(demo: Flask) -> Iterator[Services]:
    with demo.app_context():
        yield demo.extensions["portal"]
        db.session.remove()


def _states() -> Counter[RevisionState]:
    return Counter(db.session.execute(select(Revision.state)).scalars())


def test_every_unit_brings_every_kind_of_list_in_turn():
    rows = {(unit, month): row_of(unit, month) for unit in range(12) for month in range(24)}
    for unit in range(12):
        for start in range(15):
            assert {rows[unit, month] for month in range(start, start + 10)} >= set(ROWS)


def test_two_years_bring_two_hundred_lists(demo_services: Services):
    """The whole plan, told by nobody: a story begins when it is asked for its first act."""
    table = read_toml("demo/offices.toml")
    stage = Stage(demo_services, Census(SEED, {}, {}), {}, shanghai_date(AT))
    assert len(list(Plan(stage, table, DemoScale()).stories())) >= 200


def test_money_that_does_not_fit_is_explained_for_one_source_and_waits_for_the_other(demo: Flask):
    page = demo.test_client().get(f"/funds/{AT.year}/370812/").text
    assert "结转：" in page
    assert "未说明，已经" in page


def test_the_money_of_the_sample_has_pages_and_one_budget_waits_too_long(demo: Flask, demo_services: Services):
    client = demo.test_client()
    assert client.get("/funds/2026/").status_code == client.get("/funds/2026/370811/").status_code == 200
    assert client.get("/funds/2025/").status_code == 200
    (waiting,) = [
        one for one in desk_budgets(actor_named("rencheng-drafter")) if one.days_left(shanghai_date(AT)) is not None
    ]
    assert waiting.days_left(shanghai_date(AT)) < 0


def test_a_county_of_the_sample_has_standards_of_its_own_over_the_years(demo: Flask, demo_services: Services):
    client = demo.test_client()
    assert client.get("/funds/standards/").text.count("另有自己的标准") == 1
    assert proposals_waiting_for(actor_named("jining-publisher")) == 1
    assert "示例济民发〔2024〕6号" in client.get("/funds/standards/370811/").text


def test_who_collects_for_whom_is_there_in_every_state_and_one_review_is_overdue(demo_services: Services):
    lines = all_proxies(shanghai_date(AT))
    assert {line.state for line in lines} == set(ProxyState)
    assert sum(line.is_overdue for line in lines) == 1


def test_two_counties_have_registers_of_two_kinds(demo: Flask, demo_services: Services):
    client = demo.test_client()
    pages = [client.get(f"/funds/2026/{code}/").text for code in ("370811", "370812")]
    assert all(f"<h2>{kind}</h2>" in page for page in pages for kind in ("备用金", "资金退回"))
    assert all("已退回" in page for page in pages)


def test_two_treasuries_tell_what_left_them_and_one_county_waits_for_its_batch(demo: Flask, demo_services: Services):
    client = demo.test_client()
    pages = [client.get(f"/funds/2026/{code}").text for code in ("", "370811/")]
    assert all("<h2>国库拨付</h2>" in page and "下达到拨付最长（天）" in page for page in pages)
    found = findings_everywhere(demo_services.rulebook, shanghai_date(AT))
    assert len({one.division for one in found if one.rule is WarningRule.UNDISBURSED}) == 1
    assert not [one for one in found if one.rule in {WarningRule.OVER_ALLOCATED, WarningRule.OVER_DISBURSED}]


def test_every_state_is_there(demo_services: Services):
    states = _states()
    assert all(states[state] for state in RevisionState), states


def test_the_disclosure_catalogue_is_kept_missed_and_not_applicable_somewhere(demo_services: Services):
    tree = division_tree()
    cells = every_duty(tree.city, tree, demo_services.rulebook.duties, at=AT)
    assert {DutyState.MET, DutyState.LATE, DutyState.NEVER, DutyState.NOT_APPLICABLE} <= {cell.state for cell in cells}


def test_every_way_of_correcting_and_withdrawing_is_there(demo_services: Services):
    changed = set(db.session.execute(select(Revision.change_kind).where(Revision.published_at.is_not(None))).scalars())
    withdrawn = set(db.session.execute(select(Publication.withdrawal_kind)).scalars())
    assert changed >= {WithdrawalKind.CORRECTION, WithdrawalKind.ERROR, WithdrawalKind.PRIVACY}
    assert withdrawn >= set(WithdrawalKind)


def test_a_correction_shows_what_it_has_changed(demo_services: Services):
    query = (
        select(Publication.number)
        .join(Revision, Revision.id == Publication.live_revision_id)
        .where(
            Revision.state == RevisionState.PUBLISHED,
            Revision.change_kind == WithdrawalKind.CORRECTION,
            Publication.area == Area.NOTICES,
        )
    )
    views = [public_view(Area.NOTICES, number, at=AT) for number in db.session.execute(query).scalars()]
    changes = [view.head["changes"] for view in views if view and view.face is Face.FULL]
    assert any(change["changed"] and change["removed"] and change["added"] for change in changes)


def test_the_special_cases_are_there(demo_services: Services):
    revisions = db.session.execute(select(Revision)).scalars().all()
    assert any(revision.bypass_reason for revision in revisions)
    assert any(revision.publish_at and revision.published_at is None for revision in revisions)
    assert any(revision.returned_note for revision in revisions)
    assert any(
        revision.period_last_on and revision.head and f'"{revision.period_last_on}"' not in revision.head
        for revision in revisions
    ), "no late posting has extended a period"
    hidden = db.session.execute(select(HiddenRow.upheld)).scalars().all()
    assert None in hidden
    assert True in hidden
    assert db.session.scalar(select(func.count()).where(PostingPlace.posted_on.is_(None)))


def test_every_step_follows_the_one_before(demo_services: Services):
    for one in db.session.execute(select(Revision)).scalars():
        steps = [one.drafted_at, one.submitted_at, one.reviewed_at, one.published_at]
        known = [at for at in steps if at]
        assert known == sorted(known), one.id
        assert all(at < AT for at in known)


def test_what_is_over_is_really_sealed(demo_services: Services):
    assert due_for_sealing(AT) == ()
    left = select(func.count()).select_from(NoticeRow).join(Revision, Revision.id == NoticeRow.revision_id)
    assert db.session.scalar(left.where(Revision.state == RevisionState.EXPIRED)) == 0
    sealed = select(Revision.sealed_at, Revision.visible_until).where(Revision.state == RevisionState.EXPIRED)
    for sealed_at, visible_until in db.session.execute(sealed):
        assert (sealed_at - visible_until).total_seconds() < 24 * 3600


def test_only_papers_are_left_to_the_worker_and_only_of_what_is_open(demo_services: Services):
    due = select(OutboxRow.job, Revision.state).join(Revision, Revision.id == OutboxRow.revision_id)
    waiting = db.session.execute(due.where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= AT)).all()
    assert {job for job, _ in waiting} == {Job.PRINT}
    assert {state for _, state in waiting} <= {RevisionState.PUBLISHED, RevisionState.SUPERSEDED}


def test_the_index_holds_everything_that_is_public(demo_services: Services):
    public = select(func.count()).select_from(Publication)
    wanted = public.where(Publication.live_revision_id.is_not(None), Publication.withdrawn_at.is_(None))
    assert demo_services.search.search(Query()).total == db.session.scalar(wanted)


def test_every_account_has_one_role_and_every_county_the_three(demo: Flask, demo_services: Services):
    accounts = all_accounts()
    assert all(len(account.roles) == 1 and not account.must_change_password for account in accounts)
    file = demo_services.settings.instance / "demo-accounts.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["username", "password", "roles", "office"]
    assert {row["username"] for row in rows} == {account.username for account in accounts}
    three = {"drafter", "reviewer", "publisher"}
    for office in ("济宁市民政局", "梁山县民政局", "济宁高新技术产业开发区管理委员会", "许庄街道办事处"):
        assert three <= {row["roles"] for row in rows if row["office"] == office}
    assert len({row["office"] for row in rows}) >= 14


def test_somebody_of_the_sample_signs_in_without_a_second_factor(demo: Flask, demo_services: Services):
    with (demo_services.settings.instance / "demo-accounts.csv").open(encoding="utf-8") as lines:
        row = next(row for row in csv.DictReader(lines) if row["username"] == "xuzhuang-drafter")
    client = demo.test_client()
    assert sign_in(client, row["username"], row["password"]).location == "/desk/"
    assert "示例数据" in client.get("/desk/").text


@pytest.mark.parametrize("path", ["/", "/notices/", "/search?q=低保", "/documents/", "/desk/sign-in"])
def test_every_page_says_that_it_shows_sample_data(demo: Flask, path: str):
    assert "示例数据" in demo.test_client().get(path).text


def test_no_number_of_a_sample_person_stands_in_any_file(demo_services: Services):
    secret = re.compile(rb"%s\d{11}[\dXx]|6223\d{15}|1300000\d{4}" % AREA.encode())
    files = [file for file in demo_services.settings.instance.rglob("*") if file.is_file()]
    assert files
    assert not [file.name for file in files if secret.search(file.read_bytes())]


def test_there_are_some_sixty_cases_and_one_at_least_in_every_state(demo_services: Services):
    states = Counter(db.session.scalars(select(Case.state)))
    assert 60 <= states.total() <= 80
    assert set(states) == set(CaseState)


def test_every_case_has_come_to_the_end_of_its_way(demo_services: Services):
    written = [len(ENTRIES["ways"][entry["way"]]) for entry in ENTRIES["cases"]]
    taken = select(func.count(CaseEvent.id) - 1).where(CaseEvent.at < AT).group_by(CaseEvent.case_id)
    assert sorted(db.session.scalars(taken)) == sorted(written)


def test_every_kind_every_track_and_every_channel_is_there(demo_services: Services):
    for column, members in ((Case.kind, CaseKind), (Case.track, Track), (Case.channel, Channel)):
        assert set(db.session.scalars(select(column))) == set(members)


def test_promises_are_shown_in_every_colour(demo_services: Services):
    calendar = demo_services.rulebook.calendar
    cards = Counter(card(clock_of(row), AT, calendar) for row in db.session.scalars(select(CaseClock)))
    assert cards[Card.YELLOW] >= 3
    assert cards[Card.RED] >= 5


def test_one_case_has_nobody_here_and_one_is_about_the_head_of_a_township(demo_services: Services):
    assert db.session.scalar(select(func.count()).where(Case.offline))
    accused = select(Office.kind, Case.office_id).join(CaseAccused, CaseAccused.office_id == Office.id).join(Case)
    about_head = db.session.execute(accused.where(Case.kind == CaseKind.TIP_OFF, Case.track == Track.DISCIPLINE)).all()
    assert about_head


def test_objections_name_a_row_of_a_list_that_is_public(demo_services: Services):
    objected = select(Case.notice_row, Publication.live_revision_id).join(Publication, Publication.id == Case.notice_id)
    found = db.session.execute(objected.where(Case.kind == CaseKind.OBJECTION)).all()
    assert len(found) >= 5
    assert all(row and live for row, live in found)


def test_reminders_extensions_merges_and_further_accused_have_left_their_events(demo_services: Services):
    events = db.session.scalars(select(CaseEvent).order_by(CaseEvent.case_id, CaseEvent.seq)).all()
    actions = {event.action for event in events}
    assert actions >= {
        Action.APPROVE_EXTENSION, Action.SUPERVISE, Action.MERGE, Action.FORWARD, Action.SEND_BACK, Action.ADD_ACCUSED,
        Action.OPEN_IDENTITY, Action.READ_CONTACT, Action.END_CONTACT, Action.RETURN_REPLY, Action.CLARIFY,
        Action.REOPEN,
    }  # fmt: skip
    assert Rung.REMINDER in {event.detail.get("rung") for event in events}
    by_dates = [event for event in events if event.at >= AT]
    assert {event.action for event in by_dates} <= {Action.RESUME, Action.SUPERVISE, Action.CONCLUDE}
    assert all(event.account_id is None for event in by_dates)
    for case_id in {event.case_id for event in events}:
        assert broken_at([event for event in events if event.case_id == case_id]) is None


def test_no_desk_of_the_sample_hangs_on_one_person(demo_services: Services):
    held = select(func.count(DeskKeyHolder.account_id)).select_from(DeskKey).outerjoin(DeskKeyHolder)
    holders = db.session.scalars(held.where(~DeskKey.offline).group_by(DeskKey.id)).all()
    assert len(holders) == 14 + 13 + 1
    assert min(holders) >= FEWEST_HOLDERS


def test_every_county_has_who_handles_cases_and_discipline_offices_two(demo_services: Services):
    roles = Counter(role for account in all_accounts() for role in account.roles)
    assert roles[Role.CASE_DISPATCHER] == roles[Role.CASE_OFFICER] == roles[Role.CASE_APPROVER] - 1 == 14
    assert (roles[Role.DISCIPLINE_OFFICER], roles[Role.IDENTITY_CUSTODIAN], roles[Role.SUPERVISOR]) == (26, 2, 1)
    assert {"rencheng-case-officer", "xuzhuang-case-dispatcher", "jining-discipline-officer-2"} <= {
        account.username for account in all_accounts()
    }


def test_somebody_is_away_and_a_colleague_of_his_office_stands_in(demo_services: Services):
    deputy = standing_in(actor_named("rencheng-case-dispatcher"), at=AT)
    assert [one.account_id for one in deputy.standings] == [actor_named("rencheng-case-officer").account_id]


@pytest.fixture
def codes(demo_services: Services) -> list[dict[str, str]]:
    file = demo_services.settings.instance / "demo-codes.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_five_codes_open_their_cases(demo: Flask, demo_services: Services, codes: list[dict[str, str]]):
    assert len({row["number"] for row in codes}) == 5
    for row in codes:
        token = open_progress(row["code"], "192.0.2.7", at=AT, services=demo_services)
        page = look(demo_services, submitter_by(token, at=AT, services=demo_services), at=AT)
        assert (page.number, str(page.state)) == (row["number"], row["state"])


def test_no_code_and_no_word_of_a_submitter_stands_in_another_file(
    demo_services: Services, codes: list[dict[str, str]]
):
    told = [row["code"].replace(" ", "") for row in codes] + [row["code"] for row in codes]
    told += [entry["text"] for entry in ENTRIES["cases"]] + [
        word
        for entry in ENTRIES["cases"]
        for name, word in entry.get("contact", {}).items()
        if name in {"name", "phone"}
    ]
    for file in demo_services.settings.instance.rglob("*"):
        if file.is_file() and file.name != "demo-codes.csv":
            content = file.read_bytes()
            assert not any(word.encode() in content for word in told), file.name


def test_the_sample_is_loaded_once(demo_services: Services):
    before = db.session.scalar(select(func.count()).select_from(Publication))
    with pytest.raises(RefusedError, match="只能装入空的实例"):
        load_demo(demo_services, at=AT, scale=SMALL, progress=lambda _stage: None)
    assert db.session.scalar(select(func.count()).select_from(Publication)) == before


def test_an_office_in_use_is_never_turned_into_a_sample(services: Services, at: datetime):
    with pytest.raises(RefusedError):
        load_demo(services, at=at, scale=SMALL, progress=lambda _stage: None)
    assert not (services.settings.instance / "demo-accounts.csv").exists()


def test_the_same_people_are_invented_again_and_each_is_a_person_of_its_own():
    first, again = (_people(Program.SUBSISTENCE_ALLOWANCE) for _ in range(2))
    assert first == again
    everybody = [*first, *_people(Program.EXTREME_POVERTY_SUPPORT), *_people(Program.TEMPORARY_ASSISTANCE)]
    assert len({one.id_number for one in everybody}) == len(everybody)
    assert all(fault(one.id_number) is None and clean_name(one.name) == one.name for one in everybody)


def _people(program: Program) -> list[Household]:
    place = Division(DivisionCode("370811002"), "许庄街道", "许庄街道", Level.TOWNSHIP, None, "")
    village = Division(DivisionCode("370811002201"), "甄庄村村委会", "甄庄村", Level.VILLAGE, None, "")
    census = Census(SEED, read_toml("demo/people.toml"), {place.code: [village]})
    return census.households(Wanted(NoticeKind.RESULT, program, place, date(2026, 11, 1), 0, 1000))


def test_answers_are_public_after_the_days_in_which_their_submitters_may_object(demo_services: Services):
    facts = db.session.execute(
        select(Publication.first_published_at, CasePublication.embargo_ends_at).join(CasePublication)
    ).all()
    assert len(facts) == sum("published" in entry for entry in ENTRIES["cases"])
    assert all(public_at and public_at >= ends_at for public_at, ends_at in facts)


def test_enough_cases_are_concluded_to_tell_something_in_figures(demo_services: Services):
    count_cases(demo_services, at=AT)
    table = counted(demo_services.rulebook.case_statistics, shanghai_date(AT)).table
    assert table.total is not None
    assert table.total == sum(row.cases for row in table.rows) >= 10


def test_two_counties_tell_what_they_have_paid_and_some_months_are_missing(demo: Flask):
    with demo.app_context():
        rules = demo.extensions["portal"].rulebook.payment_months

        def states(code: str, month: date) -> list[MonthState]:
            cells = payment_month(code, month, rules, at=AT).rows[0].cells
            return [cell.state for cell in cells if cell.program in rules.programs]

        september, august = date(2026, 9, 1), date(2026, 8, 1)
        assert states("370811", september) == [MonthState.PUBLISHED, MonthState.PUBLISHED]
        assert states("370812", august) == [MonthState.MISSING, MonthState.MISSING]
        lines = payment_page(PaymentFilters(), at=AT).lines
        assert {line.division_code for line in lines} == {"370811", "370812"}
        assert all("示例" not in line.title for line in lines)
        assert db.session.scalar(select(func.count()).select_from(PaymentPerson)) == 0


def test_the_sample_leaves_room_for_a_roster_that_somebody_tries_out(demo: Flask):
    with demo.app_context():
        lines = payment_page(PaymentFilters(), at=AT).lines
        assert date(2026, 10, 1) not in {line.month for line in lines}
        low = {line.residence for line in lines if line.program is Program.SUBSISTENCE_ALLOWANCE}
        assert low == {Residence.URBAN}
