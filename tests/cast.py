"""The fixed cast and the offices they work in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.offices import OfficeKind
from portal.domain.permissions import AccountId, Actor, Role
from portal.models.divisions import Division
from portal.models.offices import Office
from portal.models.staff import Account, AccountRole
from portal.models.transaction import transaction

PASSWORD = "correct-horse-battery-staple"
"""Everybody's password, hashed as cheaply as argon2 allows."""

CITY, COUNTY, TOWNSHIP, OTHER_COUNTY = "济宁市民政局", "任城区民政局", "许庄街道办事处", "梁山县民政局"
CITY_DISCIPLINE, COUNTY_DISCIPLINE = "济宁市纪委监委派驻纪检监察组", "任城区纪委监委派驻纪检监察组"

_OFFICES = (
    (CITY, "370800", None, OfficeKind.CIVIL_AFFAIRS, "0537-2967000"),
    (COUNTY, "370811", CITY, OfficeKind.CIVIL_AFFAIRS, "0537-5660000"),
    (TOWNSHIP, "370811002", COUNTY, OfficeKind.TOWNSHIP, "0537-5661002"),
    (OTHER_COUNTY, "370832", CITY, OfficeKind.CIVIL_AFFAIRS, "0537-7320000"),
    (CITY_DISCIPLINE, "370800", None, OfficeKind.DISCIPLINE, "0537-2967001"),
    (COUNTY_DISCIPLINE, "370811", CITY_DISCIPLINE, OfficeKind.DISCIPLINE, "0537-5660001"),
)

_PEOPLE = (
    ("zhang_san", "张三", TOWNSHIP, (Role.DRAFTER,)),
    ("li_si", "李四", COUNTY, (Role.DRAFTER, Role.CASE_OFFICER)),
    ("wang_wu", "王五", COUNTY, (Role.REVIEWER, Role.CASE_APPROVER)),
    ("zhao_liu", "赵六", COUNTY, (Role.PUBLISHER, Role.CASE_DISPATCHER, Role.SUPERVISOR)),
    (
        "qian_qi",
        "钱七",
        OTHER_COUNTY,
        (Role.DRAFTER, Role.REVIEWER, Role.PUBLISHER, Role.CASE_DISPATCHER, Role.CASE_OFFICER, Role.CASE_APPROVER),
    ),
    ("sun_ba", "孙八", CITY, (Role.ADMINISTRATOR,)),
    ("zhou_jiu", "周九", CITY, (Role.AUDITOR,)),
    ("wu_shi", "吴十", TOWNSHIP, (Role.VILLAGE_PRINTER, Role.CASE_DISPATCHER, Role.CASE_OFFICER)),
    ("feng_yi", "冯一", CITY, (Role.CASE_DISPATCHER, Role.CASE_OFFICER, Role.CASE_APPROVER)),
    ("chen_er", "陈二", COUNTY_DISCIPLINE, (Role.DISCIPLINE_OFFICER,)),
    ("chu_san", "褚三", CITY_DISCIPLINE, (Role.DISCIPLINE_OFFICER,)),
    ("wei_si", "卫四", CITY, (Role.IDENTITY_CUSTODIAN,)),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who drafts, handles, reviews, publishes, must see nothing, administers, audits and prints for the villages.

    Of cases: 赵六 dispatches and supervises, 李四 handles, 王五 approves; 吴十 sits in the township, 冯一 in the city,
    陈二 and 褚三 in discipline inspection; 卫四 keeps identities.
    """

    zhang_san: Actor
    li_si: Actor
    wang_wu: Actor
    zhao_liu: Actor
    qian_qi: Actor
    sun_ba: Actor
    zhou_jiu: Actor
    wu_shi: Actor
    feng_yi: Actor
    chen_er: Actor
    chu_san: Actor
    wei_si: Actor

    @classmethod
    def of(cls, session: Session) -> "Cast":
        """Read everybody back from the database."""
        accounts = select(Account, Office, Division.path).join(Office, Account.office_id == Office.id)
        accounts = accounts.join(Division, Office.division_code == Division.code)
        roles = session.execute(select(AccountRole.account_id, AccountRole.role)).all()
        known = {account.username: (account, office, path) for account, office, path in session.execute(accounts)}
        return cls(**{username: _actor(*known[username], roles) for username, *_ in _PEOPLE})


def hire() -> None:
    """Set up the offices and give everybody an account."""
    secret = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with transaction() as session:
        offices: dict[str | None, Office] = {}
        for name, division, above, kind, hotline in _OFFICES:
            parent = offices.get(above)
            office = Office(
                name=name,
                kind=kind,
                division_code=division,
                parent_id=parent.id if parent else None,
                path="",
                hotline=hotline,
                duty_phone=hotline,
                address="济宁市任城区示例路 1 号",
                steps=3,
            )
            session.add(office)
            session.flush()
            office.path = f"{parent.path if parent else ''}{office.id}/"
            offices[name] = office
        session.flush()
        for username, display_name, office_name, roles in _PEOPLE:
            account = Account(
                username=username,
                display_name=display_name,
                office_id=offices[office_name].id,
                password_hash=secret,
                must_change_password=False,
                created_at=datetime(2026, 1, 5, 1, 0, tzinfo=UTC),
            )
            session.add(account)
            session.flush()
            session.add_all(AccountRole(account_id=account.id, role=role) for role in roles)


def _actor(account: Account, office: Office, path: str, roles: Sequence[Any]) -> Actor:
    return Actor(
        account_id=AccountId(account.id),
        username=account.username,
        display_name=account.display_name,
        office_id=office.id,
        office_name=office.name,
        office_path=office.path,
        division_code=office.division_code,
        division_path=path,
        roles=frozenset(role for account_id, role in roles if account_id == account.id),
    )
