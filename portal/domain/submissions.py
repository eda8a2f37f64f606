"""Submissions as records of a file: for drills, for load tests, and for what comes over from another system."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from portal.domain.cases import AccusedRole, CaseKind, Category, Channel, ContactChoice, ExternalSystem
from portal.domain.errors import InvalidError
from portal.domain.intake import (
    LONGEST_EXTERNAL_NUMBER,
    About,
    Contact,
    ExternalNumber,
    Submission,
    Telling,
    external_number,
)
from portal.domain.messages import N_, Message

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
OfficeId = Callable[[str], int]


def submission_from_record(record: Mapping[str, Any], office_id: OfficeId) -> Submission:
    """The submission of one record; `office_id` finds an office by its full name.

    Needed are kind, category, division and text. InvalidError names what is missing or cannot be read, never what
    stands there.
    """
    reader = _Reader(record)
    accused = reader.text("accused_office")
    about = About(
        kind=reader.member("kind", CaseKind),
        category=reader.member("category", Category),
        division_code=reader.needed("division"),
        accused_role=reader.member("accused_role", AccusedRole, AccusedRole.NOBODY),
        accused_office_id=office_id(accused) if accused else None,
        accused_names=reader.text("accused_names"),
        not_to_township=reader.switch("not_to_township"),
        not_to_county=reader.switch("not_to_county"),
        notice_number=reader.text("notice_number"),
        notice_row=reader.number("notice_row"),
    )
    telling = Telling(reader.needed("text"), reader.text("happened"))
    return Submission(
        about,
        telling,
        _contact(_Reader(reader.part("contact"))),
        channel=reader.member("channel", Channel, Channel.WEB),
        external=_external(_Reader(reader.part("external"))),
    )


class _Reader:
    """Reads one record and says of each wrong field what it should hold."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = record

    def text(self, name: str) -> str:
        value = self._record.get(name, "")
        if not isinstance(value, str):
            raise _wrong(name, N_("这里应当是文字"))
        return value.strip()

    def needed(self, name: str) -> str:
        return self.text(name) or _raise(name, N_("这里不能空着"))

    def switch(self, name: str) -> bool:
        value = self._record.get(name, False)
        return value if isinstance(value, bool) else _raise(name, N_("这里应当是true或false"))

    def number(self, name: str) -> int | None:
        value = self._record.get(name)
        return value if value is None or type(value) is int else _raise(name, N_("这里应当是整数"))

    def part(self, name: str) -> Mapping[str, Any]:
        value = self._record.get(name, {})
        return value if isinstance(value, dict) else _raise(name, N_("这里应当是一个对象"))

    def member(self, name: str, enum: type[E], otherwise: E | None = None) -> E:
        word = self.text(name)
        if not word and otherwise is not None:
            return otherwise
        try:
            return enum(word)
        except ValueError:
            message = Message(N_("这里应当是其中之一：%(words)s"), {"words": ", ".join(enum)})
            raise InvalidError(N_("记录里有不能读的内容"), fields={name: message}) from None


def _contact(reader: _Reader) -> Contact:
    return Contact(
        choice=reader.member("choice", ContactChoice, ContactChoice.ANONYMOUS),
        name=reader.text("name"),
        phone=reader.text("phone"),
        address=reader.text("address"),
        email=reader.text("email"),
        confidential=reader.switch("confidential"),
    )


def _external(reader: _Reader) -> ExternalNumber | None:
    number = reader.text("number")
    if len(number) > LONGEST_EXTERNAL_NUMBER:
        raise _wrong("number", N_("这里写得太长"))
    return external_number(reader.member("system", ExternalSystem), number) if number else None


def _wrong(name: str, sentence: str) -> InvalidError:
    return InvalidError(N_("记录里有不能读的内容"), fields={name: Message(sentence)})


def _raise(name: str, sentence: str) -> Any:
    raise _wrong(name, sentence)
