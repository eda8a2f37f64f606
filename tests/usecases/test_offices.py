from dataclasses import replace
from datetime import datetime
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError, RefusedError
from portal.domain.notices import NoticeKind, WebDetail
from portal.domain.offices import OfficeDetails, OfficeKind
from portal.models.audit import AuditEntry
from portal.models.base import db
from portal.queries.offices import office_named, web_details_of
from portal.queries.site import site
from portal.usecases.idempotency import SentTwiceError, outcome_of
from portal.usecases.offices import OfficeChange, edit_office, set_office, show_on_web
from tests.cast import CITY, COUNTY, OTHER_COUNTY, TOWNSHIP, Cast

NEW = OfficeDetails("0537-7654321", "0537-7654322", "某路2号", 2)


def _noted(session: Session, action: str) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)) or 0


def test_a_township_office_is_placed_by_its_name(cast: Cast, at: datetime):
    made = set_office("李营街道办事处", OfficeChange(hotline="0537-1234567"), actor=None, at=at)
    assert made.kind is OfficeKind.TOWNSHIP
    assert made.division_code == "370811005"
    assert made.path == f"{office_named(COUNTY).path}{made.id}/"
    assert made.details == OfficeDetails(hotline="0537-1234567")


def test_an_office_of_another_name_needs_its_division(cast: Cast, at: datetime):
    with pytest.raises(InvalidError):
        set_office("任城区财政局", OfficeChange(kind=OfficeKind.FINANCE), actor=None, at=at)
    made = set_office(
        "任城区财政局", OfficeChange(kind=OfficeKind.FINANCE, division="370811", parent=COUNTY), actor=None, at=at
    )
    assert made.parent_id == office_named(COUNTY).id


def test_what_is_not_stated_stays(session: Session, cast: Cast, at: datetime):
    before = office_named(COUNTY).details
    set_office(COUNTY, OfficeChange(steps=2), actor=None, at=at)
    after = office_named(COUNTY).details
    assert (after.hotline, after.address, after.steps) == (before.hotline, before.address, 2)
    assert _noted(session, "office.changed") == 1


def test_moving_an_office_moves_what_stands_below_it(cast: Cast, at: datetime):
    set_office(COUNTY, OfficeChange(parent=OTHER_COUNTY), actor=None, at=at)
    assert office_named(TOWNSHIP).path.startswith(office_named(OTHER_COUNTY).path)
    with pytest.raises(RefusedError):
        set_office(OTHER_COUNTY, OfficeChange(parent=TOWNSHIP), actor=None, at=at)


def test_a_wrong_phone_changes_nothing(session: Session, cast: Cast, at: datetime):
    before = office_named(COUNTY)
    with pytest.raises(InvalidError):
        set_office(COUNTY, OfficeChange(hotline="请打电话"), actor=None, at=at)
    assert office_named(COUNTY) == before
    assert _noted(session, "office.changed") == 0


def test_an_edit_is_saved_once_and_noted_once(session: Session, cast: Cast, at: datetime):
    office = office_named(COUNTY)
    revision = site().revision
    edit_office(office.id, NEW, version=office.version, key="k1", outcome="/there", actor=cast.sun_ba, at=at)
    assert office_named(COUNTY).details == NEW
    assert site().revision == revision + 1
    with pytest.raises(SentTwiceError):
        edit_office(office.id, NEW, version=office.version, key="k1", outcome="/else", actor=cast.sun_ba, at=at)
    assert outcome_of("k1") == "/there"
    assert _noted(session, "office.changed") == 1


def test_the_second_of_two_editors_is_told(cast: Cast, at: datetime):
    office = office_named(COUNTY)
    edit_office(office.id, NEW, version=office.version, key="k1", outcome="/", actor=cast.sun_ba, at=at)
    with pytest.raises(ConflictError):
        edit_office(office.id, OfficeDetails(), version=office.version, key="k2", outcome="/", actor=cast.sun_ba, at=at)
    assert office_named(COUNTY).details == NEW
    assert outcome_of("k2") is None


def test_of_eight_editors_at_once_one_is_heard(app: Flask, session: Session, cast: Cast, at: datetime):
    office, start, outcomes = office_named(COUNTY), Barrier(8), []
    session.rollback()

    def edit(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                edit_office(
                    office.id,
                    OfficeDetails(hotline=f"0537-{number}"),
                    version=office.version,
                    key=f"k{number}",
                    outcome="/",
                    actor=cast.sun_ba,
                    at=at,
                )
                outcomes.append("saved")
            except ConflictError:
                outcomes.append("conflict")
            db.session.remove()

    threads = [Thread(target=edit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 7 + ["saved"]
    assert _noted(session, "office.changed") == 1


def test_the_display_of_a_kind_is_switched_at_once(session: Session, cast: Cast, at: datetime):
    office, revision = office_named(COUNTY), site().revision
    assert set(web_details_of(office.id).values()) == {WebDetail.MASKED_NAMES}
    show_on_web(office.id, NoticeKind.FIRST_REVIEW, WebDetail.COUNTS_ONLY, actor=cast.sun_ba, at=at)
    assert web_details_of(office.id)[NoticeKind.FIRST_REVIEW] is WebDetail.COUNTS_ONLY
    assert web_details_of(office.id)[NoticeKind.RESULT] is WebDetail.MASKED_NAMES
    assert site().revision == revision + 1
    show_on_web(office.id, NoticeKind.FIRST_REVIEW, WebDetail.MASKED_NAMES, actor=cast.sun_ba, at=at)
    assert web_details_of(office.id)[NoticeKind.FIRST_REVIEW] is WebDetail.MASKED_NAMES
    assert _noted(session, "office.display_set") == 2


def test_only_administrators_change_offices_and_only_in_their_scope(cast: Cast, at: datetime):
    office = office_named(COUNTY)
    with pytest.raises(NotAllowedError):
        show_on_web(office.id, NoticeKind.RESULT, WebDetail.COUNTS_ONLY, actor=cast.li_si, at=at)
    with pytest.raises(NotAllowedError):
        set_office(COUNTY, OfficeChange(steps=2), actor=cast.zhou_jiu, at=at)


def test_a_county_administrator_neither_takes_nor_gives_offices_outside(cast: Cast, at: datetime):
    county = replace(cast.sun_ba, office_path=office_named(COUNTY).path)
    set_office(TOWNSHIP, OfficeChange(steps=2), actor=county, at=at)
    with pytest.raises(NotFoundError):
        set_office(OTHER_COUNTY, OfficeChange(steps=2), actor=county, at=at)
    with pytest.raises(NotFoundError):
        set_office(TOWNSHIP, OfficeChange(parent=CITY), actor=county, at=at)
    with pytest.raises(NotFoundError):
        set_office("梁山街道办事处", OfficeChange(division="370832"), actor=county, at=at)
    assert office_named(TOWNSHIP).path.startswith(county.office_path)
