"""Instants and the days of Shanghai: the law counts days there, whatever the host's zone is."""

from datetime import date, datetime, time, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one zone without summer time since 1992; no zone database of the host is needed."""


def shanghai_date(at: datetime) -> date:
    """The calendar day in Shanghai at an aware instant."""
    return at.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """Midnight at the start of a day in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


def end_of_day(day: date) -> datetime:
    """24:00 of a day in Shanghai (民法典 art. 203): the first instant that no longer belongs to it."""
    return start_of_day(day + timedelta(days=1))
