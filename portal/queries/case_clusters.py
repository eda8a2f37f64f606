"""Clusters of complaints, counted for each reader anew and through `open_to` alone.

Nothing of them is stored: a count on record would tell whoever sees it of cases that he must not learn of. Whoever is
kept out of some of the cases has a smaller count, or no cluster; an accused office counts none about itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.domain.case_clusters import ClusterRule
from portal.domain.instants import shanghai_date, start_of_day
from portal.domain.permissions import Actor, Permission
from portal.models.base import db
from portal.models.cases import Case, CaseAccused
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.queries.case_scope import open_to

_TOWNSHIP = 3
"""How many codes the path of a township has: its city, its county, its own."""
_Accused = aliased(Office)


@dataclass(frozen=True, slots=True)
class CaseCluster:
    """So many cases that the reader may see, about an office or from a township; an office has no `division_code`."""

    name: str
    division_code: str
    count: int


def clusters_for(actor: Actor, rule: ClusterRule, *, at: datetime) -> tuple[CaseCluster, ...]:
    """What the actor's own cases pile up on, the most first; nothing for whoever sees no cases."""
    if not rule.enabled or not actor.may(Permission.SEE_CASES):
        return ()
    found = (*_about_offices(actor, rule, at), *_from_places(actor, rule, at))
    return tuple(sorted((one for one in found if one.count >= rule.least), key=lambda one: (-one.count, one.name)))


def _about_offices(actor: Actor, rule: ClusterRule, at: datetime) -> Iterable[CaseCluster]:
    query = (
        _counted(actor, rule, at, _Accused.id, _Accused.name)
        .join(CaseAccused, CaseAccused.case_id == Case.id)
        .join(_Accused, _Accused.id == CaseAccused.office_id)
        .group_by(_Accused.id, _Accused.name)
    )
    return (CaseCluster(name, "", count) for _office, name, count in db.session.execute(query))


def _from_places(actor: Actor, rule: ClusterRule, at: datetime) -> Iterable[CaseCluster]:
    """By township; what comes from a village counts for its township, what names no township for nobody."""
    query = _counted(actor, rule, at, Division.path).join(Division, Division.code == Case.division_code)
    counts: dict[str, int] = {}
    for path, count in db.session.execute(query.group_by(Division.path)):
        codes = path.strip("/").split("/")
        if len(codes) >= _TOWNSHIP:
            counts[codes[_TOWNSHIP - 1]] = counts.get(codes[_TOWNSHIP - 1], 0) + count
    many = [code for code, count in counts.items() if count >= rule.least]
    names = select(Division.code, Division.display_name).where(Division.code.in_(many))
    return (CaseCluster(name, code, counts[code]) for code, name in db.session.execute(names))


def _counted(actor: Actor, rule: ClusterRule, at: datetime, *columns: Any) -> Any:
    """The cases of the last days by some columns; one matter that was merged into another counts once."""
    since = start_of_day(shanghai_date(at) - timedelta(days=rule.days))
    return (
        select(*columns, func.count(Case.id.distinct()))
        .select_from(Case)
        .join(Office, Office.id == Case.office_id)
        .where(open_to(actor), Case.kind.in_(rule.kinds), Case.received_at >= since, Case.merged_into_id.is_(None))
    )
