"""Members of staff: usernames, passwords, and the stages through which a browser is signed in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.limits import Limit
from portal.domain.messages import N_, Message
from portal.domain.permissions import AccountId, Role

IDLE = timedelta(minutes=30)
"""A session without a request for so long is over."""
LONGEST = timedelta(hours=12)
"""A session is over after so long whatever happens: one working day with its overtime."""
TOUCH_EVERY = timedelta(minutes=1)
"""The last request is noted this finely, so that reading pages does not write at every hit."""

SIGN_IN = Limit("sign_in", timedelta(minutes=15), per_subject=10, per_address=40, overall=400)
"""Wrong passwords; an office shares one address, so that an address is allowed more than a user."""
SIGN_IN_CODE = Limit("sign_in_code", timedelta(minutes=30), per_subject=6, per_address=40, overall=400)
"""Wrong second factors: a million codes, three valid at a time, must outlast who knows the password."""
KEPT_FORM = Limit("kept_form", timedelta(hours=1), per_subject=60, per_address=240, overall=2000, counts_successes=True)
"""Forms kept because their session had ended: more than people fill in, fewer than would fill the disk."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
_NAME_LENGTH = 40
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Linux", "Linux"),
)


class SessionStage(StrEnum):
    """What a browser must still do before it is signed in."""

    CODE = "code"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a stage
    ENROLMENT = "enrolment"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its administrator sees it; nothing here signs anybody in."""

    id: AccountId
    username: str
    display_name: str
    office_id: int
    office_name: str
    roles: frozenset[Role]
    has_second_factor: bool
    must_change_password: bool
    created_at: datetime
    disabled_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser that is signed in to somebody's account."""

    id: int
    device: str
    created_at: datetime
    last_seen_at: datetime


def next_stage(
    *, passed_code: bool, has_second_factor: bool, needs_second_factor: bool, must_change: bool
) -> SessionStage:
    """What follows once the password was right: the code first, so that a stolen password changes nothing."""
    if has_second_factor and not passed_code:
        return SessionStage.CODE
    if must_change:
        return SessionStage.NEW_PASSWORD
    if needs_second_factor and not has_second_factor:
        return SessionStage.ENROLMENT
    return SessionStage.FULL


def normal_username(typed: str) -> str:
    """A username as it is stored: full-width letters narrowed, spaces dropped, lower case."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def faults_in(username: str, display_name: str) -> dict[str, Message]:
    """One sentence for each field of a new account that cannot be used."""
    faults = {}
    if not _USERNAME.fullmatch(username):
        faults["username"] = Message(N_("账号由2至40个小写字母、数字、点、短横线或下划线组成，以字母开头"))
    if not 0 < len(display_name) <= _NAME_LENGTH:
        faults["display_name"] = Message(N_("姓名为1至40个字"))
    return faults


def password_fault(password: str, username: str) -> Message | None:
    """Why a password cannot be used, or nothing. Length counts more than a mixture of signs."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return Message(N_("密码为%(least)s至%(most)s个字符"), {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD})
    if password.isdigit() or len(set(password)) < SHORTEST_PASSWORD // 2:
        return Message(N_("密码太容易猜：不能只有数字，也不能总是重复几个字符"))
    if username in password.lower():
        return Message(N_("密码里不能有账号名"))
    return None


def device_of(user_agent: str) -> str:
    """Browser and system in two words, so that people recognise their own; never the whole header."""
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system)))
