"""What is typed into a case: how long it may be, what is wrong with it, and what nobody needs to tell us.

Sentences name the field and what would help, never what stands in it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from portal.domain.cases import ContactChoice
from portal.domain.intake import About, Contact, Member, Telling
from portal.domain.messages import N_, Message
from portal.domain.redaction import FindingKind, find_personal_data
from portal.domain.sheets import compact
from portal.domain.typed_text import typed

LONGEST_TEXT = 10_000
LONGEST_HAPPENED = 200
LONGEST_ACCUSED = 500
LONGEST_NAME = 40
LONGEST_ADDRESS = 200
LONGEST_EMAIL = 254
MOST_MEMBERS = 50

ID_REMOVED = "〔身份证号已删去〕"

_PHONE = re.compile(r"\+?[0-9]{5,15}(?:#[0-9]{1,6})?")
_PHONE_FILLING = re.compile(r"[\s().\-\u2010-\u2015]")
_EMAIL = re.compile(
    r"[^\s@,;<>\"'()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")


def tidy_text(text: str) -> str:
    """The text with plain line breaks, without control characters and signs that turn the reading direction.

    Nothing else is touched: what somebody tells stays as he wrote it.
    """
    return typed(text.replace("\r\n", "\n").replace("\r", "\n")).replace("\t", " ").strip()


def tidy_line(text: str) -> str:
    """A short answer on one line, in half-width forms: full-width digits are what a keyboard gave."""
    return " ".join(unicodedata.normalize("NFKC", tidy_text(text)).split())


def tidy_phone(text: str) -> str:
    """A telephone number as digits, with a plus before a country code and # before an extension."""
    return _PHONE_FILLING.sub("", tidy_line(text)).replace("转", "#")


def faults_in_telling(telling: Telling, *, voice_note: bool = False) -> dict[str, Message]:
    """One sentence for each field that cannot be taken; a voice note may stand for the text."""
    faults = {}
    length = len(tidy_text(telling.text))
    if not compact(telling.text) and not voice_note:
        faults["text"] = Message(N_("请写下发生了什么；不会打字可以上传一段录音"))
    elif length > LONGEST_TEXT:
        faults["text"] = _too_long(
            N_("写得太长：最多%(most)d个字，现在有%(length)d个字，其余的可以作为附件上传"), length, LONGEST_TEXT
        )
    if len(tidy_line(telling.happened)) > LONGEST_HAPPENED:
        faults["happened"] = Message(N_("什么时候发生的：请写短一些，最多%(most)d个字"), {"most": LONGEST_HAPPENED})
    return faults


def faults_in_about(about: About) -> dict[str, Message]:
    """One sentence for each typed field of whom a case is about."""
    if len(tidy_text(about.accused_names)) > LONGEST_ACCUSED:
        return {
            "accused_names": Message(N_("被反映的人：最多%(most)d个字，详细情况请写在后面"), {"most": LONGEST_ACCUSED})
        }
    return {}


def faults_in_contact(contact: Contact) -> dict[str, Message]:
    """One sentence for each field of how the submitter may be reached.

    Who stays anonymous tells nothing; who leaves a contact tells a phone or an e-mail address; who gives his name
    tells it, and how a letter or a call reaches him.
    """
    faults = dict(_malformed(contact))
    if contact.choice is ContactChoice.ANONYMOUS:
        return faults
    if not (contact.phone.strip() or contact.email.strip() or contact.address.strip()):
        faults.setdefault("phone", Message(N_("请至少留一种联系方式；不想留，可以选择匿名")))
    if contact.choice is ContactChoice.NAMED and not contact.name.strip():
        faults["name"] = Message(N_("实名反映请写姓名；不想写，可以选择匿名或者只留联系方式"))
    return faults


def faults_in_members(members: tuple[Member, ...]) -> dict[str, Message]:
    """What is wrong with the list of those who complain together, by the fields `members-<index>-name` and so on."""
    if len(members) > MOST_MEMBERS:
        return {"members": Message(N_("一份联名反映最多列%(most)d人"), {"most": MOST_MEMBERS})}
    faults = {}
    for index, member in enumerate(members):
        if not member.name.strip():
            faults[f"members-{index}-name"] = Message(N_("请写第%(number)d个人的姓名"), {"number": index + 1})
        elif fault := _name_fault(member.name):
            faults[f"members-{index}-name"] = fault
        if member.phone.strip() and not _PHONE.fullmatch(tidy_phone(member.phone)):
            faults[f"members-{index}-phone"] = _phone_fault()
    return faults


def holds_id_number(*texts: str) -> bool:
    """Whether a text holds an identity number: we never ask for one, and offer to take it out."""
    return any(_id_numbers(text) for text in texts)


def id_number_warning() -> Message:
    """What the person is told whose text holds one."""
    return Message(N_("您写的内容里有身份证号。我们从不需要身份证号，可以替您删去，也可以原样保留"))


def without_id_numbers(text: str) -> str:
    """The text with a mark in place of each identity number."""
    for start, end in reversed(_id_numbers(text)):
        text = text[:start] + ID_REMOVED + text[end:]
    return text


def _id_numbers(text: str) -> list[tuple[int, int]]:
    found = find_personal_data(text)
    return [(finding.start, finding.end) for finding in found if finding.kind is FindingKind.ID_NUMBER]


def _malformed(contact: Contact) -> Iterator[tuple[str, Message]]:
    if contact.name.strip() and (fault := _name_fault(contact.name)):
        yield "name", fault
    if contact.phone.strip() and not _PHONE.fullmatch(tidy_phone(contact.phone)):
        yield "phone", _phone_fault()
    email = tidy_line(contact.email)
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        yield "email", Message(N_("电子邮箱写得不对，例如 name@example.com；也可以不留"))
    if len(tidy_line(contact.address)) > LONGEST_ADDRESS:
        yield "address", Message(N_("地址不能超过%(most)s个字"), {"most": LONGEST_ADDRESS})


def _name_fault(name: str) -> Message | None:
    tidy = tidy_line(name)
    if len(tidy) > LONGEST_NAME:
        return Message(N_("姓名最多%(most)d个字"), {"most": LONGEST_NAME})
    if _DIGIT.search(tidy):
        return Message(N_("姓名里不要写数字"))
    return None


def _phone_fault() -> Message:
    return Message(N_("电话写得不对：请写手机号，或带区号的座机号；也可以不留"))


def _too_long(text: str, length: int, most: int) -> Message:
    params: Mapping[str, int] = {"length": length, "most": most}
    return Message(text, params)
