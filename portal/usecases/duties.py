"""Writes how each duty stands: in the transaction that publishes something or takes it back, and as days pass."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.domain.cases import Rung
from portal.domain.divisions import Level
from portal.domain.duties import DutyRule, DutyRules, Evidence, EvidenceOfRule, Fulfilment, Place, Standing, prefixes
from portal.domain.instants import shanghai_date
from portal.domain.publications import Area
from portal.models.base import db
from portal.models.divisions import Division
from portal.models.duties import DutyStanding
from portal.models.offices import Office
from portal.models.publications import Publication
from portal.models.transaction import transaction
from portal.queries.duty_evidence import evidence_of, places_within, promises_within
from portal.queries.places import IN_CHARGE
from portal.queries.site import site
from portal.usecases import audit
from portal.usecases.services import Services
from portal.usecases.site import bump_revision, hold_site

Key = tuple[str, str]
_COUNTY_DEPTH = 2
_REMINDED = (
    DutyStanding.division_code, DutyStanding.duty, DutyStanding.due_on, DutyStanding.reason, DutyStanding.rung
)  # fmt: skip
AREAS: dict[Fulfilment, Area] = {by: Area(by) for by in Fulfilment if by is not Fulfilment.OFFICE}
"""The area in whose publications a duty is fulfilled."""


def refresh_duties(session: Session, services: Services, publication: Publication, *, at: datetime) -> None:
    """After a publication became public or ceased to be: the duties that its area fulfils, at its place and within it.

    Where a county is kept by what its townships publish the whole county is counted.
    """
    rules, founded = services.rulebook.duties, site().founded_on
    touched = [rule for rule in rules.rules if AREAS.get(rule.by) is publication.area]
    if not touched or founded is None:
        return
    path = session.execute(select(Division.path).where(Division.code == publication.division_code)).scalar_one()
    if any(rule.gathers for rule in touched):
        path = prefixes(path)[:_COUNTY_DEPTH][-1]
    session.flush()
    hold_site(session)
    _write(session, rules, touched, path, founded, at=at)


def keep_duties(services: Services, *, at: datetime) -> int:
    """Count every duty anew that was counted on another day or by other rules; gives how many have changed.

    Nothing is written while every place has been looked at today, so that the worker may ask at every round.
    """
    rules, today = services.rulebook.duties, shanghai_date(at)
    if not _is_stale(rules, today):
        return 0
    with transaction() as session:
        hold_site(session)
        founded = site().founded_on
        if founded is None:
            return 0
        changed = _write(session, rules, rules.rules, "", founded, at=at)
        changed += _drop_others(session, rules)
        _remind(session, rules, at=at)
        looked = update(DutyStanding).values(looked_on=today, rules=rules.fingerprint)
        session.execute(looked.execution_options(synchronize_session=False))
        if changed:
            bump_revision(session)
        return changed


def look_again(session: Session, division_code: str) -> None:
    """An office's address or telephone has changed: let the worker count the duties of its place anew."""
    stale = update(DutyStanding).where(DutyStanding.division_code == division_code).values(looked_on=None)
    session.execute(stale.execution_options(synchronize_session=False))


def _is_stale(rules: DutyRules, today: date) -> bool:
    other = or_(
        DutyStanding.looked_on.is_(None), DutyStanding.looked_on != today, DutyStanding.rules != rules.fingerprint
    )
    unknown = ~exists().where(DutyStanding.division_code == Office.division_code)
    owing = Office.kind.in_(IN_CHARGE) & (Division.level != Level.VILLAGE)
    places = select(Office.id).join(Division, Division.code == Office.division_code).where(owing, unknown)
    session = db.session()
    session.rollback()
    found = session.execute(select(DutyStanding.duty).where(other).limit(1)).first()
    return found is not None or session.execute(places.limit(1)).first() is not None


def _write(
    session: Session, rules: DutyRules, touched: Iterable[DutyRule], path: str, founded: date, *, at: datetime
) -> int:
    """Count some duties of the places within a path, and write those that stand otherwise than before."""
    touched = tuple(touched)
    areas = {AREAS[rule.by] for rule in touched if rule.by in AREAS}
    evidence = [one for area in sorted(areas) for one in evidence_of(area, path, founded, at=at)]
    counted = _counted(rules, touched, places_within(path), evidence, path, founded)
    known = _known(session, path)
    new = {key: standing for key, standing in counted.items() if key not in known}
    moved = {key: standing for key, standing in counted.items() if key in known and known[key] != _days(standing)}
    if new:
        session.execute(insert(DutyStanding), [_row(key) | _days_by_name(one) for key, one in new.items()])
    for key, standing in moved.items():
        session.execute(
            update(DutyStanding)
            .where(DutyStanding.division_code == key[0], DutyStanding.duty == key[1])
            .values(**_days_by_name(standing))
            .execution_options(synchronize_session=False)
        )
    return len(new) + len(moved)


def _counted(
    rules: DutyRules,
    touched: Iterable[DutyRule],
    places: Iterable[Place],
    evidence: Iterable[Evidence],
    path: str,
    founded: date,
) -> dict[Key, Standing]:
    found = {rule.duty.code: EvidenceOfRule(rule, evidence) for rule in touched}
    promises = promises_within(path)
    return {
        (place.code, code): standing
        for place in places
        for code, standing in rules.standings(place, found, promises, founded_on=founded).items()
    }


def _known(session: Session, path: str) -> dict[Key, tuple[Any, ...]]:
    query = (
        select(
            DutyStanding.division_code, DutyStanding.duty,
            DutyStanding.due_on, DutyStanding.fulfilled_on, DutyStanding.publication_id,
        )
        .join(Division, Division.code == DutyStanding.division_code)
        .where(Division.path.startswith(path, autoescape=True))
    )  # fmt: skip
    return {(code, duty): tuple(days) for code, duty, *days in session.execute(query)}


def _days(standing: Standing) -> tuple[Any, ...]:
    return (standing.due_on, standing.fulfilled_on, standing.publication_id)


def _days_by_name(standing: Standing) -> dict[str, Any]:
    return dict(zip(("due_on", "fulfilled_on", "publication_id"), _days(standing), strict=True))


def _row(key: Key) -> dict[str, Any]:
    return {"division_code": key[0], "duty": key[1], "looked_on": None, "rules": "", "reason": ""}


def _remind(session: Session, rules: DutyRules, *, at: datetime) -> None:
    """Climb the ladder: each rung is noted once, in one entry for each place with how many duties have reached what."""
    near = or_(DutyStanding.due_on < shanghai_date(at) + rules.warn, DutyStanding.rung.is_not(None))
    climbed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    moved = []
    for row in session.execute(select(*_REMINDED).where(near)):
        standing = Standing(row.due_on, None, reason=row.reason)
        rung = rules.rung_of(standing, shanghai_date(at))
        if rung is not row.rung:
            moved.append({"division_code": row.division_code, "duty": row.duty, "rung": rung})
        if _height(rung) > _height(row.rung):
            climbed[row.division_code][str(rung)] += 1
    if moved:
        session.execute(update(DutyStanding), moved)
    for code, rungs in sorted(climbed.items()):
        audit.record(session, None, "duty.reminded", f"duty:{code}", at=at, **rungs)


def _height(rung: Rung | None) -> int:
    return tuple(Rung).index(rung) if rung else -1


def _drop_others(session: Session, rules: DutyRules) -> int:
    """Rows of duties and places that are owed no longer; what an office has stated stays, for it may return."""
    codes = {rule.duty.code for rule in rules.rules}
    owing = select(Office.division_code).where(Office.kind.in_(IN_CHARGE))
    gone = delete(DutyStanding).where(
        DutyStanding.reason == "",
        or_(DutyStanding.duty.not_in(codes), DutyStanding.division_code.not_in(owing)),
    )
    dropped = session.execute(gone.execution_options(synchronize_session=False))
    return int(dropped.rowcount)  # type: ignore[attr-defined]
