from datetime import datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.domain.errors import NotAllowedError, NotFoundError, RefusedError
from portal.models.audit import AuditEntry
from portal.models.divisions import Division
from portal.models.offices import Office, OfficeDisplay
from portal.models.staff import Account, AccountRole, StaffSession
from portal.models.transaction import transaction
from portal.queries.divisions import children_of, division, division_tree
from portal.usecases.divisions import set_zone
from portal.usecases.instance import found_instance
from portal.usecases.services import Services
from tests.cast import Cast
from tests.geography import villages_within

TAIBAI, TOWNSHIP, COUNTY = "3708T1", "370811109", "370811"


@pytest.fixture
def empty(session: Session) -> Session:
    """A database with its tables and nothing in them."""
    with transaction():
        for model in (AuditEntry, StaffSession, AccountRole, Account, OfficeDisplay, Office):
            session.execute(delete(model))
        for level in ("village", "township", "county", "city"):
            session.execute(delete(Division).where(Division.level == level))
    return session


@pytest.fixture
def founded(empty: Session, services: Services, at: datetime) -> Session:
    found_instance(at=at, services=services)
    return empty


def test_an_instance_is_founded_with_every_division_thirteen_bureaus_and_the_discipline_offices_posted_to_them(
    empty: Session, services: Services, at: datetime
):
    foundation = found_instance(at=at, services=services)
    assert (foundation.divisions, foundation.new_offices) == (5075, 26)
    assert found_instance(at=at, services=services).new_offices == 0
    names = set(empty.scalars(select(Office.name)))
    for county in children_of("370800"):
        assert county.virtual or any(county.name in name for name in names), county.name


def test_a_zone_takes_townships_with_their_villages_and_gives_them_back(founded: Session, at: datetime):
    villages = villages_within(TOWNSHIP)
    before = division_tree()
    assert set_zone(TAIBAI, (TOWNSHIP,), actor=None, at=at) == len(villages) + 1
    assert villages_within(TAIBAI) == villages
    assert division(villages[0]).path == f"370800/{TAIBAI}/{TOWNSHIP}/{villages[0]}/"
    assert TOWNSHIP not in {one.code for one in children_of(COUNTY)}
    assert division_tree() is not before
    assert set_zone(TAIBAI, (TOWNSHIP,), actor=None, at=at) == 0
    set_zone(TAIBAI, (), actor=None, at=at)
    assert division(villages[0]).path == f"370800/{COUNTY}/{TOWNSHIP}/{villages[0]}/"
    assert not children_of(TAIBAI)


def test_only_zones_take_and_only_townships_are_taken(founded: Session, at: datetime):
    with pytest.raises(RefusedError):
        set_zone(COUNTY, (TOWNSHIP,), actor=None, at=at)
    with pytest.raises(RefusedError):
        set_zone(TAIBAI, (COUNTY,), actor=None, at=at)
    with pytest.raises(NotFoundError):
        set_zone("370899", (), actor=None, at=at)
    assert not children_of(TAIBAI)


def test_placing_a_township_is_noted_once(founded: Session, at: datetime):
    set_zone(TAIBAI, (TOWNSHIP,), actor=None, at=at)
    noted = founded.scalars(select(AuditEntry).where(AuditEntry.action == "division.zone_set")).all()
    assert [entry.subject for entry in noted] == [f"division:{TAIBAI}"]


def test_a_drafter_places_no_township(cast: Cast, at: datetime):
    with pytest.raises(NotAllowedError):
        set_zone(TAIBAI, (), actor=cast.li_si, at=at)
