"""The offices and accounts of the sample data: every account has one role, every number leads nowhere."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.domain.delegations import AbsenceReason, Period
from portal.domain.divisions import Division, Level
from portal.domain.instants import shanghai_date
from portal.domain.offices import discipline_name, office_name
from portal.domain.permissions import Actor, Role
from portal.queries.divisions import division
from portal.queries.offices import office_named
from portal.queries.staff import actor_named
from portal.sealing.passwords import one_time_password
from portal.usecases.delegations import NewDelegation, name_deputy
from portal.usecases.offices import OfficeChange, set_office
from portal.usecases.staff import NewAccount, PreparedAccount, add_accounts, prepare_account

FILE = "demo-accounts.csv"
_THREE = (Role.DRAFTER, Role.REVIEWER, Role.PUBLISHER)
_CASES = (Role.CASE_DISPATCHER, Role.CASE_OFFICER, Role.CASE_APPROVER)
_ROLE_NAMES = {
    Role.DRAFTER: "起草员",
    Role.REVIEWER: "审核员",
    Role.PUBLISHER: "签发人",
    Role.VILLAGE_PRINTER: "村级打印员",
    Role.CASE_DISPATCHER: "受理分办员",
    Role.CASE_OFFICER: "承办员",
    Role.CASE_APPROVER: "审批人",
    Role.SUPERVISOR: "督办员",
    Role.IDENTITY_CUSTODIAN: "身份保管员",
    Role.DISCIPLINE_OFFICER: "纪检受理员",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One account that the sample data want: the office's slug, its name in full, one role, and which of several."""

    slug: str
    office: str
    role: Role
    ordinal: int = 1

    @property
    def username(self) -> str:
        """The office's name in pinyin and the role."""
        stem = f"{self.slug}-{self.role.replace('_', '-')}"
        return stem if self.ordinal == 1 else f"{stem}-{self.ordinal}"

    @property
    def display_name(self) -> str:
        """Office and role, marked as a sample."""
        return f"{self.office}{_ROLE_NAMES[self.role]}{'' if self.ordinal == 1 else self.ordinal}（示例）"


@dataclass(frozen=True, slots=True)
class Hired:
    """Somebody who has a seat; the key of his password is still at hand to open desks with."""

    seat: Seat
    prepared: PreparedAccount = field(repr=False)


@dataclass(frozen=True, slots=True)
class Desk:
    """The three people of an office who bring its lists to the public, and in how many steps they do so."""

    place: Division
    drafter: Actor
    reviewer: Actor
    publisher: Actor
    steps: int = 3


def open_offices(table: Mapping[str, Any], *, at: datetime) -> None:
    """Give every office of the table its sample numbers and address; township offices are created."""
    entries = _entries(table)
    for number, entry in enumerate(entries, start=1):
        place = division(entry["code"])
        code = place.code if place.level is Level.TOWNSHIP else None
        set_office(office_name(place), _details(place, number, entry.get("steps"), code), actor=None, at=at)
    for number, entry in enumerate((table["city"], *table["counties"]), start=len(entries) + 1):
        place = division(entry["code"])
        set_office(discipline_name(place), _details(place, number), actor=None, at=at)


def _details(place: Division, number: int, steps: int | None = None, code: str | None = None) -> OfficeChange:
    return OfficeChange(
        hotline=f"0537-0000{number:03d}",
        duty_phone=f"0537-0000{number + 500}",
        address=f"{place.display_name}示例路{number}号（示例地址）",
        steps=steps,
        division=code,
    )


@dataclass(frozen=True, slots=True)
class Staff:
    """The people of the lists are there from the start; those of the cases come when the first case does."""

    of_lists: tuple[Hired, ...]
    of_cases: Iterator[Hired]
    """Prepared on another processor meanwhile."""

    def all_there(self, *, at: datetime) -> tuple[Hired, ...]:
        """Give the people of the cases their accounts as well; all people together."""
        return (*self.of_lists, *_added(self.of_cases, at=at))


def hire(table: Mapping[str, Any], file: Path, beside: Executor, *, at: datetime) -> Staff:
    """Make the accounts; their passwords go into a file that the operator's user alone can read."""
    wanted = {seat: _wanted(seat) for seat in _seats(table)}
    rows = ((seat.username, str(new.password), seat.role.value, seat.office) for seat, new in wanted.items())
    write_privately(file, ("username", "password", "roles", "office"), rows)
    first = {seat: new for seat, new in wanted.items() if seat.role in _THREE}
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as processors:
        of_lists = _added(map(Hired, first, processors.map(prepare_account, first.values())), at=at)
    later = {seat: new for seat, new in wanted.items() if seat not in first}
    return Staff(of_lists, map(Hired, later, beside.map(prepare_account, later.values())))


def _added(hired: Iterable[Hired], *, at: datetime) -> tuple[Hired, ...]:
    ready = tuple(hired)
    add_accounts((one.prepared for one in ready), actor=None, at=at)
    return ready


def _wanted(seat: Seat) -> NewAccount:
    return NewAccount(
        username=seat.username,
        display_name=seat.display_name,
        office_id=office_named(seat.office).id,
        roles=frozenset({seat.role}),
        password=one_time_password(),
        must_change_password=False,
    )


def desk_of(entry: Mapping[str, Any]) -> Desk:
    """The three people of an entry of the table."""
    drafter, reviewer, publisher = (actor_named(Seat(entry["slug"], "", role).username) for role in _THREE)
    return Desk(division(entry["code"]), drafter, reviewer, publisher, entry.get("steps", 3))


def administrator(table: Mapping[str, Any]) -> Actor:
    """The administrator at the city bureau."""
    return actor_named(Seat(table["city"]["slug"], "", Role.ADMINISTRATOR).username)


def name_substitute(entry: Mapping[str, Any], *, at: datetime) -> None:
    """The officer of an entry's office is on leave from today on; its dispatcher handles his cases meanwhile."""
    absent, deputy = (
        actor_named(Seat(entry["slug"], "", role).username) for role in (Role.CASE_OFFICER, Role.CASE_DISPATCHER)
    )
    week = Period(shanghai_date(at), shanghai_date(at) + timedelta(days=6))
    new = NewDelegation(absent.account_id, deputy.account_id, week, AbsenceReason.LEAVE)
    name_deputy(new, actor=absent, at=at)


def write_privately(file: Path, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table that the operator's user alone can read."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(heading)
        writer.writerows(rows)


def _entries(table: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return (table["city"], *table["counties"], *table["townships"])


def _seats(table: Mapping[str, Any]) -> Iterator[Seat]:
    for entry in _entries(table):
        office = office_name(division(entry["code"]))
        yield from (Seat(entry["slug"], office, role) for role in _THREE)
        if entry in table["townships"]:
            yield Seat(entry["slug"], office, Role.VILLAGE_PRINTER)
        if entry.get("cases", entry not in table["townships"]):
            yield from (Seat(entry["slug"], office, role) for role in _CASES)
    yield from _seats_of_the_city(table["city"])
    for entry in (table["city"], *table["counties"]):
        yield from _pair(entry["slug"], discipline_name(division(entry["code"])), Role.DISCIPLINE_OFFICER)


def _seats_of_the_city(entry: Mapping[str, Any]) -> Iterator[Seat]:
    """A second approver decides the final review (复核): none of the steps before was his."""
    slug, office = entry["slug"], office_name(division(entry["code"]))
    yield from (Seat(slug, office, role) for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPERVISOR))
    yield Seat(slug, office, Role.CASE_APPROVER, 2)
    yield from _pair(slug, office, Role.IDENTITY_CUSTODIAN)


def _pair(slug: str, office: str, role: Role) -> Iterator[Seat]:
    """A desk wants two holders at least."""
    yield from (Seat(slug, office, role, ordinal) for ordinal in (1, 2))
