"""委托代领: names lie sealed, are read with a purpose, reviewed by another person, and die after the retention time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from portal.domain.instants import shanghai_date
from portal.domain.permissions import Role
from portal.domain.proxy_collectors import CollectorPost, EndReason, ProxyFlag, ProxyState, ReadingPurpose
from portal.models.audit import AuditEntry
from portal.models.base import Base
from portal.models.proxy_collectors import ProxyCollector
from portal.queries.proxy_collectors import all_proxies, overdue_count, proxies_within, proxy_of
from portal.sealing.envelopes import BrokenEnvelopeError
from portal.usecases.idempotency import Sent, SentTwiceError
from portal.usecases.jobs import run_due
from portal.usecases.key_rotation import rotate_keys
from portal.usecases.proxy_collectors import (
    NewProxy,
    end_proxy,
    flags_for,
    opened,
    purge_proxies,
    read_names,
    register_proxy,
    review_proxy,
)
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.proxies import COLLECTOR, ENTRY, RECIPIENT, REFERENCE, registered

YEAR = timedelta(days=366)


def acts(session: Session) -> list[tuple[str, dict]]:
    query = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.action.like("proxy_collector.%"))
    return [tuple(row) for row in session.execute(query.order_by(AuditEntry.id))]


def agreed(services: Services, cast: Cast, *, at: datetime) -> str:
    number = registered(services, cast.zhang_san, at=at)
    review_proxy(services, cast.wang_wu, number, holds=True, at=at)
    return number


def test_nothing_of_the_persons_lies_in_the_database_in_clear(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = agreed(services, cast, at=at)
    read_names(services, cast.wang_wu, number, ReadingPurpose.REVIEW, at=at)
    end_proxy(services, cast.zhang_san, number, EndReason.MISUSE, at=at)
    session.commit()
    stored = "\n".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table)))
    file = services.settings.instance / "portal.sqlite3"
    raw = b"".join(path.read_bytes() for path in file.parent.glob("portal.sqlite3*"))
    for secret in (RECIPIENT, COLLECTOR, REFERENCE, "misuse", "hard_to_go"):
        assert secret not in stored
        assert secret.encode() not in raw


def test_every_entry_is_sealed_in_one_length_and_bound_to_its_number(
    services: Services, cast: Cast, session: Session, at: datetime
):
    registered(services, cast.zhang_san, at=at)
    registered(services, cast.zhang_san, at=at, recipient="李明", collector="李小明", consent_reference="三号柜")
    one, other = session.scalars(select(ProxyCollector)).all()
    assert len(one.sealed) == len(other.sealed)
    one.sealed, moved = other.sealed, one
    with pytest.raises(BrokenEnvelopeError):
        opened(services.keyring, moved)
    session.rollback()


def test_a_reading_is_noted_with_its_purpose_and_tells_what_was_entered(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = registered(services, cast.zhang_san, at=at)
    assert read_names(services, cast.wang_wu, number, ReadingPurpose.VISIT, at=at) == ENTRY
    assert acts(session) == [
        ("proxy_collector.registered", {}),
        ("proxy_collector.read", {"purpose": "visit"}),
    ]


def test_who_entered_it_does_not_review_it_nor_does_the_collector(services: Services, cast: Cast, at: datetime):
    both = replace(cast.zhang_san, roles=frozenset({Role.DRAFTER, Role.REVIEWER}))
    number = registered(services, both, at=at)
    with pytest.raises(NotAllowedError):
        review_proxy(services, both, number, holds=True, at=at)
    with pytest.raises(NotAllowedError):
        review_proxy(services, cast.li_si, number, holds=True, at=at)
    own = registered(services, cast.zhang_san, at=at, collector="王五")
    with pytest.raises(NotAllowedError):
        review_proxy(services, cast.wang_wu, own, holds=True, at=at)
    assert flags_for(services, cast.wang_wu, own) == (ProxyFlag.NAMED_LIKE_STAFF,)


def test_a_review_counts_for_a_year_and_is_overdue_afterwards(services: Services, cast: Cast, at: datetime):
    number = registered(services, cast.zhang_san, at=at)
    today = shanghai_date(at)
    assert proxy_of(cast.zhang_san, number, today).review_due_on == today + timedelta(days=10)
    assert overdue_count(cast.wang_wu, today + timedelta(days=11)) == 1
    review_proxy(services, cast.wang_wu, number, holds=True, at=at)
    line = proxy_of(cast.wang_wu, number, today)
    assert (line.state, line.review_due_on, line.is_overdue) == (ProxyState.ACTIVE, today + timedelta(days=365), False)
    assert overdue_count(cast.wang_wu, today + timedelta(days=365)) == 0
    later = shanghai_date(at + YEAR)
    assert overdue_count(cast.wang_wu, later) == 1
    assert [one.number for one in all_proxies(later, only_due=True)] == [number]
    review_proxy(services, cast.wang_wu, number, holds=True, at=at + YEAR)
    assert overdue_count(cast.wang_wu, later) == 0
    review_proxy(services, cast.wang_wu, number, holds=False, at=at + YEAR)
    told = read_names(services, cast.wang_wu, number, ReadingPurpose.REVIEW, at=at + YEAR)
    assert told.end_reason is EndReason.NOT_CONFIRMED


def test_an_ended_entry_stays_ended_and_is_deleted_on_its_day(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = registered(services, cast.zhang_san, at=at)
    review_proxy(services, cast.wang_wu, number, holds=False, at=at)
    with pytest.raises(ConflictError):
        end_proxy(services, cast.zhang_san, number, EndReason.OTHER, at=at)
    with pytest.raises(ConflictError):
        review_proxy(services, cast.wang_wu, number, holds=True, at=at)
    kept = services.rulebook.proxy_rules.kept_after_end
    assert purge_proxies(services, at=at + kept - timedelta(days=1)) == 0
    assert run_due(services, now=lambda: at + kept).purged == 1
    assert session.scalars(select(ProxyCollector)).all() == []


def test_a_collector_for_many_in_one_township_is_pointed_out(services: Services, cast: Cast, at: datetime):
    numbers = [
        registered(services, cast.zhang_san, at=at, recipient=name, village=village)
        for name, village in (("欧阳青山", "370811002001"), ("欧阳青河", "370811002003"), ("欧阳青海", "370811002001"))
    ]
    assert flags_for(services, cast.wang_wu, numbers[0]) == (ProxyFlag.COLLECTS_FOR_MANY,)
    end_proxy(services, cast.zhang_san, numbers[2], EndReason.COLLECTS_HIMSELF, at=at)
    assert flags_for(services, cast.wang_wu, numbers[0]) == ()
    cadre = registered(services, cast.zhang_san, at=at, collector="张大山", post=CollectorPost.VILLAGE_CADRE)
    assert flags_for(services, cast.wang_wu, cadre) == (ProxyFlag.HOLDS_A_POST,)


def test_the_tree_of_offices_and_the_roles_decide_who_learns_of_an_entry(
    services: Services, cast: Cast, session: Session, at: datetime
):
    number = registered(services, cast.zhang_san, at=at)
    today = shanghai_date(at)
    assert [line.number for line in proxies_within(cast.wang_wu, today)] == [number]
    assert proxies_within(cast.qian_qi, today) == ()
    with pytest.raises(NotFoundError):
        read_names(services, cast.qian_qi, number, ReadingPurpose.VISIT, at=at)
    with pytest.raises(NotFoundError):
        end_proxy(services, cast.qian_qi, number, EndReason.OTHER, at=at)
    for actor in (cast.zhao_liu, cast.zhou_jiu, cast.sun_ba, cast.wu_shi, cast.chen_er):
        with pytest.raises(NotAllowedError):
            read_names(services, actor, number, ReadingPurpose.VISIT, at=at)
        with pytest.raises(NotAllowedError):
            flags_for(services, actor, number)
        assert overdue_count(actor, today + YEAR) == 0
    with pytest.raises(NotAllowedError):
        registered(services, cast.wang_wu, at=at)
    assert [act for act, _detail in acts(session)] == ["proxy_collector.registered"]


def test_an_entry_with_faults_or_for_another_place_is_not_entered(
    services: Services, cast: Cast, session: Session, at: datetime
):
    with pytest.raises(InvalidError) as told:
        registered(services, cast.zhang_san, at=at, village="370811003001", recipient="卡号6222021234567890128")
    assert set(told.value.fields) == {"division_code", "recipient"}
    assert session.scalars(select(ProxyCollector)).all() == []


def test_a_form_sent_twice_enters_once(services: Services, cast: Cast, session: Session, at: datetime):
    new = NewProxy("370811002001", shanghai_date(at), ENTRY)
    register_proxy(services, cast.zhang_san, new, at=at, sent=Sent("k" * 32, "/desk/proxy-collectors/{number}"))
    with pytest.raises(SentTwiceError):
        register_proxy(services, cast.zhang_san, new, at=at, sent=Sent("k" * 32, "/desk/proxy-collectors/{number}"))
    assert len(session.scalars(select(ProxyCollector)).all()) == 1


def test_new_standing_keys_seal_the_register_anew(services: Services, cast: Cast, session: Session, at: datetime):
    number = agreed(services, cast, at=at)
    before = session.scalars(select(ProxyCollector.sealed)).one()
    session.rollback()
    assert rotate_keys(services, at=at).resealed == 1
    after = session.scalars(select(ProxyCollector)).one()
    assert after.sealed != before
    assert opened(services.keyring, after) == ENTRY
    assert not services.keyring.former["names"]
    session.rollback()
    assert read_names(services, cast.wang_wu, number, ReadingPurpose.REVIEW, at=at) == ENTRY
