"""Demo mode: an empty instance filled with labelled sample data (示例数据), made by the same verbs as real data."""

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from portal.data.tables import read_toml
from portal.domain.errors import RefusedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.notices import NoticeKind, WebDetail
from portal.models.base import db
from portal.models.cases import Case
from portal.models.outbox import Job
from portal.models.publications import Publication, SiteState
from portal.models.staff import Account
from portal.models.transaction import bulk_load, transaction
from portal.queries.divisions import children_of
from portal.usecases import audit
from portal.usecases.demo_cases import CODES_FILE, CODES_HEADING, case_stories, code_rows, docket_of
from portal.usecases.demo_funds import FundPlan
from portal.usecases.demo_lists import Census, single_names
from portal.usecases.demo_offices import (
    FILE,
    administrator,
    desk_of,
    hire,
    name_substitute,
    open_offices,
    write_privately,
)
from portal.usecases.demo_payments import PaymentPlan
from portal.usecases.demo_plan import DemoScale, Plan
from portal.usecases.demo_proxies import enter_proxies
from portal.usecases.demo_registers import RegisterPlan
from portal.usecases.demo_standards import enter_standards
from portal.usecases.demo_stories import Stage, perform
from portal.usecases.demo_treasury import TreasuryPlan
from portal.usecases.duties import keep_duties
from portal.usecases.duty_statements import state_not_applicable
from portal.usecases.instance import found_instance
from portal.usecases.jobs import run_due
from portal.usecases.offices import show_on_web
from portal.usecases.services import Services
from portal.usecases.site import bump_revision

SEED = "示例数据"
_DAYS_OF_A_MONTH = 31
_NOT_HERE = ("extreme-poverty-review", "本街道现在没有新申请特困供养的人，也没有拟终止的人（示例）")
"""A duty that a township has stated as not applicable, and why."""


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """What was made, and where the accounts and the query codes of some cases stand."""

    accounts: int
    publications: int
    cases: int
    accounts_file: Path
    codes_file: Path
    offline_key: str | None = field(repr=False)


def load_demo(services: Services, *, at: datetime, scale: DemoScale, progress: Callable[[str], None]) -> DemoLoaded:
    """Fill an empty instance whose schema stands; RefusedError when it holds accounts or publications already.

    Papers are left to the worker, newest first; the index is complete.
    """
    _require_empty()
    foundation = found_instance(at=at, services=services)
    _declare_demo(shanghai_date(at) - timedelta(days=_DAYS_OF_A_MONTH * scale.months), at=at)
    with bulk_load(), ThreadPoolExecutor(max_workers=1) as beside, _one_sweep():
        _tell(services, beside, at=at, scale=scale, progress=progress)
        progress(N_("封存和索引"))
        run_due(services, now=lambda: at, kinds=frozenset({Job.SEAL, Job.INDEX}))
    folder = services.settings.instance
    return DemoLoaded(
        accounts=_count(Account),
        publications=_count(Publication),
        cases=_count(Case),
        accounts_file=folder / FILE,
        codes_file=folder / CODES_FILE,
        offline_key=foundation.offline_key,
    )


@contextmanager
def _one_sweep() -> Iterator[None]:
    """Python looks for garbage in circles afterwards, not hundreds of times meanwhile (a tenth of the whole time)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _tell(
    services: Services, beside: Executor, *, at: datetime, scale: DemoScale, progress: Callable[[str], None]
) -> None:
    own = services.settings.rules
    table, words = read_toml("demo/offices.toml", own), read_toml("demo/words.toml", own)
    open_offices(table, at=at)
    progress(N_("账号"))
    staff = hire(table, services.settings.instance / FILE, beside, at=at)
    richer = desk_of(table["counties"][0]).place.code
    enter_standards(services, desk_of(table["city"]), richer, at=at)
    townships = [code for entry in table["counties"] for code in entry["townships"]]
    places = [*townships, *(entry["code"] for entry in table["townships"])]
    census = Census(SEED, read_toml("demo/people.toml", own), {c: single_names(children_of(c)) for c in places})
    stage = Stage(_counting_no_duties(services), census, words, shanghai_date(at))
    docket = docket_of(stage, table, read_toml("demo/cases.toml", own))
    since = stage.today - timedelta(days=_DAYS_OF_A_MONTH * scale.months)
    funds = FundPlan(stage, table, since)
    registers, payments = RegisterPlan(stage, table, since), PaymentPlan(stage, table, since)
    stories = (
        *Plan(stage, table, scale).stories(),
        *funds.stories(),
        *payments.stories(),
        *registers.stories(),
        *TreasuryPlan(stage, table, since).stories(),
        *case_stories(docket, staff, beside, at=at),
    )
    perform(stories, stage.services, until=at, progress=progress)
    keep_duties(services, at=at)
    write_privately(services.settings.instance / CODES_FILE, CODES_HEADING, code_rows(docket))
    name_substitute(table["counties"][0], at=at)
    enter_proxies(services, desk_of(table["townships"][0]), at=at)
    counted = desk_of(table["counties"][-1]).publisher.office_id
    township = desk_of(table["townships"][-1])
    state_not_applicable(services, township.publisher, township.place.code, *_NOT_HERE, at=at)
    show_on_web(counted, NoticeKind.TERMINATION, WebDetail.COUNTS_ONLY, actor=administrator(table), at=at)


def _counting_no_duties(services: Services) -> Services:
    """Duties are counted once, when all has been told: how they stood on each day of the past nobody will ask."""
    rulebook = services.rulebook
    return replace(services, rulebook=replace(rulebook, duties=replace(rulebook.duties, rules=())))


def _require_empty() -> None:
    if _count(Account) or _count(Publication):
        raise RefusedError(N_("这个实例里已有账号或公开内容，示例数据只能装入空的实例，什么也没有改动"))


def _count(model: type[Account] | type[Publication] | type[Case]) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def _declare_demo(founded_on: date, *, at: datetime) -> None:
    """First of all: from here on every page says that its content is sample data, and always will.

    The sample tells of months before today, so the portal counts as founded when it begins.
    """
    with transaction() as session:
        session.execute(update(SiteState).values(demo=True, founded_on=founded_on))
        bump_revision(session)
        audit.record(session, None, "instance.demo_declared", "instance", at=at)
