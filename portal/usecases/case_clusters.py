"""Clusters of complaints: taken over by whoever sees one, explained, and reminded of by the worker.

Whoever takes one over sees it through `queries/case_clusters.py`; with it are kept the cases that he saw, and no count.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, NotAllowedError
from portal.domain.instants import shanghai_date
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.warnings import WarningState
from portal.models.base import db
from portal.models.case_clusters import ClusterTaken, ClusterTakenCase
from portal.models.staff import Account
from portal.models.transaction import transaction
from portal.queries.case_clusters import CaseCluster, cluster_for, clusters_for, handles_clusters
from portal.queries.staff import actors_where
from portal.usecases import audit
from portal.usecases.idempotency import Sent, claim
from portal.usecases.services import Services
from portal.usecases.warnings import check_explanation


def take_over(services: Services, actor: Actor, key: str, *, at: datetime, sent: Sent | None = None) -> None:
    """Become the owner of a cluster, also in place of a colleague; whoever sees less than the actor keeps his own."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        cluster = _open_cluster(services, actor, key, at=at)
        if cluster.owner_id == actor.account_id:
            raise ConflictError(N_("这条预警已经由您负责"))
        row = ClusterTaken(key=key, owner_id=actor.account_id, taken_at=at, due_on=cluster.due_on)
        session.add(row)
        session.flush()
        _keep_cases(session, row.id, cluster.cases)
        audit.record(session, actor, "cluster.taken", f"cluster:{row.id}", at=at)


def close(
    services: Services, actor: Actor, key: str, reason: str, words: str, *, at: datetime, sent: Sent | None = None
) -> None:
    """Explain a cluster that is one's own; with one more case it is open again."""
    with transaction() as session:
        claim(session, sent, actor, at=at)
        cluster = _open_cluster(services, actor, key, at=at)
        if cluster.owner_id != actor.account_id:
            raise ConflictError(N_("请先由您负责这条预警，再写原因"))
        check_explanation(services, services.rulebook.warnings.clusters.reasons, reason, words)
        row = session.get_one(ClusterTaken, cluster.taken_id)
        row.reason, row.words, row.closed_at = reason, words, at
        known = session.scalars(select(ClusterTakenCase.case_id).where(ClusterTakenCase.taken_id == row.id))
        _keep_cases(session, row.id, cluster.cases.difference(known))
        audit.record(session, actor, "cluster.closed", f"cluster:{row.id}", at=at)


def remind_of_clusters(services: Services, *, at: datetime) -> int:
    """Climb the ladder for whoever has taken a cluster over and still sees it open; each row once a day."""
    today = shanghai_date(at)
    not_yet = or_(ClusterTaken.looked_on.is_(None), ClusterTaken.looked_on < today)
    waiting = select(ClusterTaken.id, ClusterTaken.owner_id).where(ClusterTaken.closed_at.is_(None), not_yet)
    db.session.rollback()
    rows = db.session.execute(waiting).all()
    if not rows:
        return 0
    with transaction() as session:
        seen = _seen_by_owners(services, {row.owner_id for row in rows}, at=at)
        for row in rows:
            _look(session, row.id, seen.get(row.id), at=at)
    return len(rows)


def _seen_by_owners(services: Services, owner_ids: Iterable[int], *, at: datetime) -> dict[int, CaseCluster]:
    """The clusters that owners still have, by the row that tells so."""
    owners = actors_where(Account.id.in_(owner_ids), Account.disabled_at.is_(None))
    found = (one for owner in owners for one in clusters_for(owner, services.rulebook, at=at) if one.owner_id)
    return {one.taken_id: one for one in found if one.taken_id}


def _look(session: Session, taken_id: int, cluster: CaseCluster | None, *, at: datetime) -> None:
    row = session.get_one(ClusterTaken, taken_id)
    row.looked_on = shanghai_date(at)
    rung = cluster.rung if cluster else None
    if rung is not None and rung is not row.rung:
        audit.record(session, None, "cluster.reminded", f"cluster:{row.id}", at=at, rung=rung)
    row.rung = rung


def _open_cluster(services: Services, actor: Actor, key: str, *, at: datetime) -> CaseCluster:
    cluster = cluster_for(actor, key, services.rulebook, at=at)
    if not handles_clusters(actor):
        raise NotAllowedError(N_("预警由县级以上民政部门办理，请把情况报给他们"))
    if cluster.state is not WarningState.OPEN:
        raise ConflictError(N_("这条预警已经办结，或数字已经对上"))
    return cluster


def _keep_cases(session: Session, taken_id: int, case_ids: Iterable[int]) -> None:
    session.add_all(ClusterTakenCase(taken_id=taken_id, case_id=case_id) for case_id in sorted(case_ids))
