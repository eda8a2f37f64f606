"""Clusters of complaints, counted for each reader anew and through `open_to` alone, and their handling.

No count is stored: it would tell whoever sees it of cases that he must not learn of. Whoever is kept out of some of the
cases has a smaller count, or no cluster; an accused office counts none about itself. A handling is kept, with the cases
that it was about, and is there only for whoever sees each of these cases: so it tells him of none that is new to him.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.case_clusters import (
    ClusterHandling,
    ClusterRule,
    cases_since_closing,
    handling_of,
    standing_since,
)
from portal.domain.cases import Card, Rung
from portal.domain.errors import NotFoundError
from portal.domain.instants import shanghai_date, start_of_day
from portal.domain.ladders import rung_on
from portal.domain.messages import N_
from portal.domain.permissions import AccountId, Actor, Permission
from portal.domain.warnings import WarningState, WarningStep
from portal.models.base import db
from portal.models.case_clusters import ClusterTaken, ClusterTakenCase
from portal.models.cases import Case, CaseAccused
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account
from portal.queries.case_scope import open_to
from portal.queries.rulebook import Rulebook
from portal.queries.staff import actors_where
from portal.queries.warnings import is_handled_by

_TOWNSHIP = 3
"""How many codes the path of a township has: its city, its county, its own."""
_LOOK_BACK = timedelta(days=366)
"""Whatever has piled up for longer is overdue on any day that it may have begun on."""
_Accused = aliased(Office)


@dataclass(frozen=True, slots=True)
class ClusterHappening:
    """One step that the reader may know of; `name` is empty for what the cases did."""

    at: datetime
    name: str
    step: WarningStep
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CaseCluster:
    """So many cases that the reader may see, about an office or from a township; an office has no `division_code`.

    `cases` are their ids, `taken_id` is the handling that counts for them.
    """

    key: str
    name: str
    division_code: str
    cases: frozenset[int]
    state: WarningState
    card: Card
    rung: Rung | None
    opened_on: date
    due_on: date
    taken_id: int | None
    owner_id: AccountId | None
    owner_name: str
    reason: str
    words: str
    history: tuple[ClusterHappening, ...]

    @property
    def count(self) -> int:
        """How many the reader sees."""
        return len(self.cases)


@dataclass(frozen=True, slots=True)
class _Pile:
    """What lies on one office or township: when each case came, those of the days of the rule among all."""

    key: str
    name: str
    division_code: str
    received: Mapping[int, datetime]
    cases: frozenset[int]


def clusters_for(actor: Actor, rulebook: Rulebook, *, at: datetime) -> tuple[CaseCluster, ...]:
    """What the actor's own cases pile up on, open ones first, the most first; nothing for whoever sees no cases.

    A cluster is no step of a case, so what he reaches only in place of an absent colleague does not count.
    """
    own, rule = actor.alone, rulebook.warnings.clusters
    if not rule.enabled or not own.may(Permission.SEE_CASES):
        return ()
    piles = [*_about_offices(own, rule, at), *_from_places(own, rule, at)]
    taken = _handlings(own, [pile.key for pile in piles])
    found = (_cluster(pile, taken.get(pile.key, ()), rulebook, at) for pile in piles)
    return tuple(sorted(found, key=lambda one: (one.state is not WarningState.OPEN, -one.count, one.name)))


def cluster_for(actor: Actor, key: str, rulebook: Rulebook, *, at: datetime) -> CaseCluster:
    """One cluster; NotFoundError also where the actor's own cases make none."""
    found = next((one for one in clusters_for(actor, rulebook, at=at) if one.key == key), None)
    if found is None:
        raise NotFoundError(N_("没有这条预警，或它不在您单位的范围内"))
    return found


def handles_clusters(actor: Actor) -> bool:
    """Whether the actor takes over what piles up before his eyes: bureaus of county and city do."""
    return actor.may(Permission.SEE_CASES) and is_handled_by(actor)


def clusters_waiting_for(actor: Actor, rulebook: Rulebook, *, at: datetime) -> int:
    """How many clusters wait for somebody's or for the actor's own explanation."""
    if not handles_clusters(actor):
        return 0
    open_now = (one for one in clusters_for(actor, rulebook, at=at) if one.state is WarningState.OPEN)
    return sum(one.owner_id in {None, actor.account_id} for one in open_now)


def _about_offices(actor: Actor, rule: ClusterRule, at: datetime) -> Iterable[_Pile]:
    accused = _seen_by(actor, rule, _Accused.id, _Accused.name)
    accused = accused.join(CaseAccused, CaseAccused.case_id == Case.id).join(
        _Accused, _Accused.id == CaseAccused.office_id
    )
    many = accused.with_only_columns(_Accused.id).where(Case.received_at >= _since(rule, at)).group_by(_Accused.id)
    many = many.having(func.count(Case.id.distinct()) >= rule.least)
    rows = accused.where(_Accused.id.in_(many), Case.received_at >= at - _LOOK_BACK)
    return _piles(((f"office-{office}", name, "", *case) for office, name, *case in db.session.execute(rows)), rule, at)


def _from_places(actor: Actor, rule: ClusterRule, at: datetime) -> Iterable[_Pile]:
    """By township; what comes from a village counts for its township, what names no township for nobody."""
    query = _seen_by(actor, rule, Division.path).join(Division, Division.code == Case.division_code)
    counted = query.with_only_columns(Division.path, func.count(Case.id.distinct())).group_by(Division.path)
    counts: dict[str, int] = {}
    for path, count in db.session.execute(counted.where(Case.received_at >= _since(rule, at))):
        for township in _township_of(path):
            counts[township] = counts.get(township, 0) + count
    many = [path for path, count in counts.items() if count >= rule.least]
    if not many:
        return ()
    named = select(Division.path, Division.code, Division.display_name).where(Division.path.in_(many))
    names = {path: (code, name) for path, code, name in db.session.execute(named)}
    within = or_(*(Division.path.startswith(path, autoescape=True) for path in many))
    rows = [
        (*names[township], *case)
        for path, *case in db.session.execute(query.where(within, Case.received_at >= at - _LOOK_BACK))
        for township in _township_of(path)
    ]
    return _piles(((f"township-{code}", name, code, *case) for code, name, *case in rows), rule, at)


def _township_of(path: str) -> tuple[str, ...]:
    codes = path.strip("/").split("/")[:_TOWNSHIP]
    return (f"{'/'.join(codes)}/",) if len(codes) == _TOWNSHIP else ()


def _seen_by(actor: Actor, rule: ClusterRule, *columns: Any) -> Any:
    """The cases that the actor sees, with some columns; one matter that was merged into another counts once."""
    return (
        select(*columns, Case.id, Case.received_at)
        .select_from(Case)
        .join(Office, Office.id == Case.office_id)
        .where(open_to(actor), Case.kind.in_(rule.kinds), Case.merged_into_id.is_(None))
    )


def _since(rule: ClusterRule, at: datetime) -> datetime:
    return start_of_day(shanghai_date(at) - timedelta(days=rule.days))


def _piles(rows: Iterable[tuple[Any, ...]], rule: ClusterRule, at: datetime) -> Iterable[_Pile]:
    received: dict[tuple[str, str, str], dict[int, datetime]] = {}
    for key, name, division_code, case_id, received_at in rows:
        received.setdefault((key, name, division_code), {})[case_id] = received_at
    for named, came in received.items():
        recent = frozenset(case_id for case_id, received_at in came.items() if received_at >= _since(rule, at))
        yield _Pile(*named, came, recent)


def _handlings(actor: Actor, keys: Collection[str]) -> Mapping[str, tuple[ClusterHandling, ...]]:
    """What was done about clusters, the first step first: only where the actor sees every case that it was about."""
    if not keys:
        return {}
    about = select(ClusterTakenCase.taken_id, ClusterTakenCase.case_id).join(
        ClusterTaken, ClusterTaken.id == ClusterTakenCase.taken_id
    )
    cases: dict[int, set[int]] = {}
    for taken_id, case_id in db.session.execute(about.where(ClusterTaken.key.in_(keys))):
        cases.setdefault(taken_id, set()).add(case_id)
    seen = _open_among(actor, {case_id for ids in cases.values() for case_id in ids})
    rows = select(ClusterTaken, Account.display_name).join(Account, Account.id == ClusterTaken.owner_id)
    found: dict[str, tuple[ClusterHandling, ...]] = {}
    for row, name in db.session.execute(rows.where(ClusterTaken.key.in_(keys)).order_by(ClusterTaken.id)):
        if cases[row.id] <= seen:
            found[row.key] = (*found.get(row.key, ()), _handling(row, name, frozenset(cases[row.id])))
    return found


def _handling(row: ClusterTaken, name: str, cases: frozenset[int]) -> ClusterHandling:
    return ClusterHandling(
        row.id, AccountId(row.owner_id), name, row.taken_at, row.due_on, cases, row.reason, row.words, row.closed_at
    )


def _open_among(actor: Actor, case_ids: Collection[int]) -> frozenset[int]:
    query = select(Case.id).join(Office, Office.id == Case.office_id)
    return frozenset(db.session.scalars(query.where(Case.id.in_(case_ids), open_to(actor))))


def _still_has_it(taken: ClusterHandling) -> bool:
    """Whether an owner could take it over now: not after he has left, or is kept out of one of the cases."""
    owners = actors_where(Account.id == taken.owner_id, Account.disabled_at.is_(None))
    return any(handles_clusters(one) and taken.cases == _open_among(one, taken.cases) for one in owners)


def _cluster(pile: _Pile, seen: tuple[ClusterHandling, ...], rulebook: Rulebook, at: datetime) -> CaseCluster:
    rules, today = rulebook.warnings, shanghai_date(at)
    taken, new = handling_of(pile.cases, seen), cases_since_closing(pile.cases, seen)
    state = WarningState.CLOSED if taken and taken.closed_at else WarningState.OPEN
    opened_on = standing_since(map(shanghai_date, pile.received.values()), rules.clusters) or today
    if new:
        opened_on = max(opened_on, min(shanghai_date(pile.received[one]) for one in new))
    due_on = taken.due_on if taken else rules.due_on(opened_on, rulebook.calendar)
    owner = taken if taken and (taken.closed_at or _still_has_it(taken)) else None
    return CaseCluster(
        key=pile.key, name=pile.name, division_code=pile.division_code, cases=pile.cases, state=state,
        card=rules.card(state, due_on, today, rulebook.calendar),
        rung=rung_on(rules.clusters.ladder, due_on, today) if state is WarningState.OPEN else None,
        opened_on=opened_on, due_on=due_on, taken_id=taken.id if taken else None,
        owner_id=owner.owner_id if owner else None, owner_name=owner.owner_name if owner else "",
        reason=taken.reason if taken else "", words=taken.words if taken else "",
        history=_history(seen, [pile.received[one] for one in new] if taken is None else []),
    )  # fmt: skip


def _history(seen: Iterable[ClusterHandling], new: Collection[datetime]) -> tuple[ClusterHappening, ...]:
    """Who took it and explained it, and when the first case came that no explanation was about."""
    steps = [ClusterHappening(min(new), "", WarningStep.REOPENED)] if new else []
    for one in seen:
        steps.append(ClusterHappening(one.taken_at, one.owner_name, WarningStep.TAKEN))
        if one.closed_at:
            steps.append(ClusterHappening(one.closed_at, one.owner_name, WarningStep.CLOSED, one.reason, one.words))
    return tuple(sorted(steps, key=lambda step: step.at))
