"""The standards of the sample data, raised every first of July; one county pays more, and one waits to be confirmed."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime

from portal.domain.divisions import DivisionCode
from portal.domain.instants import shanghai_date
from portal.domain.permissions import Actor
from portal.domain.programs import Program
from portal.usecases.demo_offices import Desk
from portal.usecases.notice_imports import Upload
from portal.usecases.services import Services
from portal.usecases.standard_proposals import propose_standard
from portal.usecases.standards import import_standards

_YEARS, _YEARS_OF_ITS_OWN, _MORE = 5, 2, 60
_STANDARDS = (
    ("subsistence_allowance", "urban", 930, 30),
    ("subsistence_allowance", "rural", 720, 30),
    ("extreme_poverty_support", "urban", 1210, 40),
    ("extreme_poverty_support", "rural", 940, 40),
    ("temporary_assistance_small_grant_ceiling", "all", 930, 30),
)
"""Sample standards in yuan a month: programme, residence, the newest amount, and what a year has added."""
_HEAD = ("program", "residence", "division", "valid_from", "amount_yuan_per_person_month", "document_number", "note")


def enter_standards(services: Services, desk: Desk, richer: DivisionCode, *, at: datetime) -> None:
    """Enter them by the same verbs as real ones, for the desk's city and one county of it."""
    publisher = desk.publisher
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEAD)
    writer.writerows(_rows(publisher.division_code, _YEARS, 0, shanghai_date(at)))
    writer.writerows(_rows(richer, _YEARS_OF_ITS_OWN, _MORE, shanghai_date(at)))
    outcome = import_standards(services, publisher, Upload("保障标准.csv", text.getvalue().encode()), at=at)
    if outcome.problems:
        raise RuntimeError(f"sample standards were refused: {outcome.problems[:3]}")
    _hand_in_the_next(services, desk.drafter, shanghai_date(at), at=at)


def _hand_in_the_next(services: Services, drafter: Actor, today: date, *, at: datetime) -> None:
    """One that waits for the publisher: what the rural standard of the next year is meant to be."""
    _program, residence, yuan, raised = _STANDARDS[1]
    since, number = date(_newest(today) + 1, 7, 1), f"示例济民发〔{_newest(today) + 1}〕6号"
    typed = {
        "residence": residence, "division": drafter.division_code, "valid_from": since.isoformat(),
        "yuan": str(yuan + raised), "document_number": number, "note": "示例数据",
    }  # fmt: skip
    propose_standard(services, drafter, Program.SUBSISTENCE_ALLOWANCE, typed, corrects=False, at=at)


def _newest(today: date) -> int:
    """The year of the newest standards that hold."""
    return today.year if today >= date(today.year, 7, 1) else today.year - 1


def _rows(code: str, years: int, more: int, today: date) -> Iterator[tuple[str | int | date, ...]]:
    newest = _newest(today)
    for program, residence, yuan, raised in _STANDARDS:
        for back in range(years):
            since, number = date(newest - back, 7, 1), f"示例济民发〔{newest - back}〕6号"
            yield program, residence, code, since, yuan + more - raised * back, number, "示例数据"
