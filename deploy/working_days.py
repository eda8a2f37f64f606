"""Writes portal/data/working_days.csv: run it when the State Council has announced the coming year's days off.

`python deploy/working_days.py` takes the announced years from the package chinesecalendar and the years after them from
portal/data/statutory_holidays.toml, provisional.
"""
# ruff: noqa: INP001 - a script of the operators, no part of the portal's package

import csv
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

DATA = Path(__file__).resolve().parent.parent / "portal" / "data"
FIRST_YEAR = 2019
LAST_ANNOUNCED = 2026
FESTIVALS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}
COLUMNS = ("date", "kind", "festival", "source", "provisional")
SATURDAY = 5

Line = tuple[str, str, str, str, str]


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


def announced(day: date) -> Line:
    """A day of an announced year. Only days on which the announcement departs from the ordinary week name it."""
    is_off, name = chinese_calendar.get_holiday_detail(day)
    weekend = day.weekday() >= SATURDAY
    source = f"国务院办公厅关于{day.year}年部分节假日安排的通知"
    if is_off and name:
        return day.isoformat(), "holiday", FESTIVALS[name], source, ""
    if weekend and not is_off:
        return day.isoformat(), "make_up", "", source, ""
    return day.isoformat(), "rest" if is_off else "working", "", "", ""


def expected(year: int, table: dict[str, dict[str, dict[str, list[str]]]]) -> Iterator[Line]:
    """The days of a year not yet announced: Monday to Friday minus the statutory holidays."""
    festivals = {
        f"{year}-{day}": name
        for days in (table["fixed"], table["moving"][str(year)])
        for name, listed in days.items()
        for day in listed
    }
    for day in days_of(year):
        festival = festivals.get(day.isoformat(), "")
        ordinary = "rest" if day.weekday() >= SATURDAY else "working"
        source = table["document"] if festival else ""
        yield day.isoformat(), "holiday" if festival else ordinary, festival, source, "yes"


def main() -> None:
    """Write the table for all years."""
    table = tomllib.loads((DATA / "statutory_holidays.toml").read_text(encoding="utf-8"))
    lines = [announced(day) for year in range(FIRST_YEAR, LAST_ANNOUNCED + 1) for day in days_of(year)]
    for year in sorted(int(year) for year in table["moving"]):
        lines += expected(year, table)
    with (DATA / "working_days.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *lines])


if __name__ == "__main__":
    main()
