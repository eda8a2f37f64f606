"""The offices and accounts of the sample data: every account has one role, every number leads nowhere."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.domain.divisions import Division, Level
from portal.domain.offices import office_name
from portal.domain.permissions import Actor, Role
from portal.queries.divisions import division
from portal.queries.offices import office_named
from portal.queries.staff import actor_named
from portal.usecases.offices import OfficeChange, set_office
from portal.usecases.staff import NewAccount, add_account

FILE = "demo-accounts.csv"
_THREE = (Role.DRAFTER, Role.REVIEWER, Role.PUBLISHER)
_ROLE_NAMES = {
    Role.DRAFTER: "起草员",
    Role.REVIEWER: "审核员",
    Role.PUBLISHER: "签发人",
    Role.VILLAGE_PRINTER: "村级打印员",
    Role.AUDITOR: "审计员",
    Role.ADMINISTRATOR: "管理员",
}


@dataclass(frozen=True, slots=True)
class Seat:
    """One account that the sample data want: the office's slug, its name in full, and the one role."""

    slug: str
    office: str
    role: Role

    @property
    def username(self) -> str:
        """The office's name in pinyin and the role."""
        return f"{self.slug}-{self.role.replace('_', '-')}"


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
    for number, entry in enumerate(_entries(table), start=1):
        place = division(entry["code"])
        change = OfficeChange(
            hotline=f"0537-0000{number:03d}",
            duty_phone=f"0537-0000{number + 500}",
            address=f"{place.display_name}示例路{number}号（示例地址）",
            steps=entry.get("steps"),
            division=place.code if place.level is Level.TOWNSHIP else None,
        )
        set_office(office_name(place), change, actor=None, at=at)


def hire(table: Mapping[str, Any], file: Path, *, at: datetime, progress: Callable[[str], None]) -> None:
    """Make the accounts and write their passwords into a file that the operator's user alone can read."""
    rows = []
    for seat in _seats(table):
        progress(seat.office)
        new = NewAccount(
            username=seat.username,
            display_name=f"{seat.office}{_ROLE_NAMES[seat.role]}（示例）",
            office_id=office_named(seat.office).id,
            roles=frozenset({seat.role}),
            must_change_password=False,
        )
        issued = add_account(new, actor=None, at=at)
        rows.append((issued.username, issued.password, seat.role.value, seat.office))
    _write(file, rows)


def desk_of(entry: Mapping[str, Any]) -> Desk:
    """The three people of an entry of the table."""
    drafter, reviewer, publisher = (actor_named(Seat(entry["slug"], "", role).username) for role in _THREE)
    return Desk(division(entry["code"]), drafter, reviewer, publisher, entry.get("steps", 3))


def administrator(table: Mapping[str, Any]) -> Actor:
    """The administrator at the city bureau."""
    return actor_named(Seat(table["city"]["slug"], "", Role.ADMINISTRATOR).username)


def _entries(table: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return (table["city"], *table["counties"], *table["townships"])


def _seats(table: Mapping[str, Any]) -> Iterator[Seat]:
    for entry in _entries(table):
        office = office_name(division(entry["code"]))
        yield from (Seat(entry["slug"], office, role) for role in _THREE)
        if entry in table["townships"]:
            yield Seat(entry["slug"], office, Role.VILLAGE_PRINTER)
    city = office_name(division(table["city"]["code"]))
    yield from (Seat(table["city"]["slug"], city, role) for role in (Role.AUDITOR, Role.ADMINISTRATOR))


def _write(file: Path, rows: Iterable[tuple[str, ...]]) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("username", "password", "roles", "office"))
        writer.writerows(rows)
