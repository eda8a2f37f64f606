"""What somebody hands in: the plain answers of the intake, before anything of them is sealed."""

from dataclasses import dataclass, field
from datetime import date

from portal.domain.attachments import FileFinding
from portal.domain.cases import AccusedRole, CaseKind, Category, Channel, ContactChoice, ExternalSystem
from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.sheets import compact

LONGEST_EXTERNAL_NUMBER = 60


@dataclass(frozen=True, slots=True)
class About:
    """What and whom a case is about.

    `division_code` is the nearest place that is known. An accused office or member of staff is given by id when it was
    picked from a list; `accused_names` holds what was typed. The two ticks keep the case from the levels they name.
    `notice_number` and `notice_row` say which line of which notice an objection is about.
    """

    kind: CaseKind
    category: Category
    division_code: str
    accused_role: AccusedRole = AccusedRole.NOBODY
    accused_office_id: int | None = None
    accused_account_id: int | None = None
    accused_names: str = field(default="", repr=False)
    not_to_township: bool = False
    not_to_county: bool = False
    notice_number: str = ""
    notice_row: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """What happened, and when as the person puts it; a voice note may stand for the text."""

    text: str = field(repr=False)
    happened: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """One of several who complain together; each gets a code of his own."""

    name: str = field(repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """How the submitter lets himself be reached. `email` gets neutral news alone; `confidential` asks for 保密."""

    choice: ContactChoice
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    confidential: bool = False
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A cleaned attachment: its name, what it is, and what was taken out of it (codes of the removed parts).

    `voice` marks the note that stands for the text; who speaks can be told by it. In quarantine a file waits for its
    scan, or stays for what was `found`.
    """

    name: str = field(repr=False)
    extension: str
    media_type: str
    content: bytes = field(repr=False)
    removed: tuple[str, ...] = ()
    quarantined: bool = False
    voice: bool = False
    found: FileFinding | None = None


@dataclass(frozen=True, slots=True)
class ExternalNumber:
    """The number of the same matter in another system (12345 工单号, 信访系统编号), as it is compared."""

    system: ExternalSystem
    number: str


def external_number(system: ExternalSystem, typed: str) -> ExternalNumber | None:
    """The number half-width, without blanks and in capitals, so that it is found again; nothing for an empty text."""
    number = compact(typed).upper()
    return ExternalNumber(system, number) if number else None


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything that is handed in at once. `slow_lane` only lowers the order in which it is registered.

    `received_on` is the day on which a letter, call or visit reached the office, when that is not today.
    """

    about: About
    telling: Telling
    contact: Contact
    files: tuple[KeptFile, ...] = ()
    channel: Channel = Channel.WEB
    external: ExternalNumber | None = None
    slow_lane: bool = False
    received_on: date | None = None


def check_received_on(received_on: date, today: date) -> None:
    """InvalidError for a day to come, or one longer ago than a year: the days of the law run from it."""
    february = (today.month, today.day) == (2, 29)
    first = today.replace(year=today.year - 1, day=28 if february else today.day)
    if received_on > today:
        raise InvalidError(N_("请改正标出的内容"), fields={"received_on": Message(N_("收到的日期不能晚于今天"))})
    if received_on < first:
        raise InvalidError(N_("请改正标出的内容"), fields={"received_on": Message(N_("收到的日期不能早于一年以前"))})
