"""Documents (政策文件、办事指南、检查和评估报告): what is written into them and what must be there."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.errors import InvalidError
from portal.domain.messages import N_, Message
from portal.domain.programs import PROGRAM_NAMES, Program


class DocumentCategory(StrEnum):
    """The kinds of documents."""

    POLICY = "policy"
    GUIDE = "guide"
    INSPECTION_REPORT = "inspection_report"
    EVALUATION_REPORT = "evaluation_report"


class Validity(StrEnum):
    """Whether a document still binds (有效性); a void one is marked wherever it is shown."""

    IN_FORCE = "in_force"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """Everything that is typed of a document; `body` is Markdown without HTML.

    `dated_on` is empty when only the original tells the day. `review_on` is the day on which somebody must look
    whether the text still holds; the public never sees it.
    """

    title: str
    category: DocumentCategory
    body: str
    issuer: str = ""
    document_number: str = ""
    index_number: str = ""
    dated_on: date | None = None
    program: Program | None = None
    validity: Validity = Validity.IN_FORCE
    validity_note: str = ""
    summary: str = ""
    review_on: date | None = None


LONGEST = {
    "title": 100,
    "issuer": 60,
    "document_number": 40,
    "index_number": 40,
    "validity_note": 200,
    "summary": 200,
    "body": 60_000,
}
"""The most characters of each text."""

_PLACE = re.compile(r"\{([a-z_]+)\}")


def faults_in(content: DocumentContent) -> dict[str, Message]:
    """One sentence for each field that cannot be used."""
    faults = {
        name: Message(N_("最多%(most)s个字"), {"most": most})
        for name, most in LONGEST.items()
        if len(getattr(content, name)) > most
    }
    if not content.title.strip():
        faults["title"] = Message(N_("请填写标题"))
    if not content.body.strip():
        faults["body"] = Message(N_("请填写正文"))
    if content.category is DocumentCategory.GUIDE and content.program is None:
        faults["program"] = Message(N_("办事指南须写明是哪一项救助的"))
    if content.validity is Validity.VOID and not content.validity_note.strip():
        faults["validity_note"] = Message(N_("请写明失效的日期和依据，公众会看到这句话"))
    return faults


def draft_of(content: DocumentContent) -> dict[str, Any]:
    """The content as plain values for the draft's JSON."""
    return {field.name: _plain(getattr(content, field.name)) for field in fields(content)}


def _plain(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else value if value is None else str(value)


def content_of(draft: Mapping[str, Any]) -> DocumentContent:
    """The content that `draft_of`, or a file's head, holds; InvalidError names a field that cannot be read."""
    values: dict[str, Any] = {"title": "", "body": "", **draft}
    known = {field.name for field in fields(DocumentContent)}
    if strange := sorted(set(values) - known):
        raise InvalidError(N_("文件头里有不认识的一项：%(name)s"), name=strange[0])
    if "category" not in values:
        raise InvalidError(N_("文件头里没有写文件种类（category）"))
    for name, read in _READERS.items():
        if values.get(name):
            values[name] = _read(read, name, values[name])
        elif name != "validity":
            values[name] = None
    return DocumentContent(**{name: value for name, value in values.items() if name != "validity" or value})


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


_READERS: Mapping[str, Any] = {
    "category": DocumentCategory,
    "program": Program,
    "validity": Validity,
    "dated_on": _day,
    "review_on": _day,
}


def _read(read: Any, name: str, value: Any) -> Any:
    try:
        return read(value)
    except (ValueError, TypeError):
        raise InvalidError(N_("文件头里的%(name)s写错了"), name=name) from None


def content_of_file(text: str) -> DocumentContent:
    """Read a file: a head in TOML between two lines of `+++`, then the Markdown; InvalidError says what is wrong."""
    opening, _, rest = text.replace("\r\n", "\n").removeprefix("\ufeff").partition("+++\n")
    head, closing, body = rest.partition("\n+++\n")
    if opening.strip() or not closing:
        raise InvalidError(N_("文件须以两行+++之间的TOML文件头开始"))
    try:
        table = tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        raise InvalidError(N_("文件头不是正确的TOML，请核对引号和等号")) from None
    return content_of({**table, "body": body.strip() + "\n"})


def filled(content: DocumentContent, values: Mapping[str, str]) -> DocumentContent:
    """Put the office's own facts into the places `{name}` of a body; InvalidError names a place that nothing fills."""
    missing = [name for name in _PLACE.findall(content.body) if name not in values]
    if missing:
        raise InvalidError(N_("正文里的{%(name)s}没有内容可填"), name=missing[0])
    return replace(content, body=_PLACE.sub(lambda found: values[found[1]], content.body))


def standards_table(standards: Mapping[str, int], program: Program) -> str:
    """The standards in force as a Markdown table (fen per person and month by residence), or where to ask for them."""
    names = {"urban": "城市", "rural": "农村"}
    if not standards:
        return f"现行的{PROGRAM_NAMES[program]}标准由政府公布，请打下面的电话问。"
    if "all" in standards:
        return f"小额快救每人最多{standards['all'] / 100:,.2f}元。"
    rows = "\n".join(f"| {names.get(place, place)} | {fen / 100:,.2f} |" for place, fen in standards.items())
    return f"| 地方 | 每人每月（元） |\n| --- | ---: |\n{rows}"


@dataclass(frozen=True, slots=True)
class RepealedDocument:
    """A document that no longer binds. `names` are the spellings by which a text cites it, without 《》 or blanks."""

    title: str
    names: tuple[str, ...]
    repealed_on: date
    replaced_by: str
    is_confirmed: bool


def repealed_from_table(table: Mapping[str, Any]) -> tuple[RepealedDocument, ...]:
    """The documents of the table `repealed`; KeyError when a value is missing."""
    return tuple(
        RepealedDocument(
            title=row["title"],
            names=tuple(_squeezed(name) for name in row["cited_as"]),
            repealed_on=row["repealed_on"],
            replaced_by=row["replaced_by"],
            is_confirmed=row.get("status", "") == "",
        )
        for row in table["documents"]
    )


def stale_basis(text: str, repealed: Iterable[RepealedDocument], day: date) -> tuple[RepealedDocument, ...]:
    """The repealed documents that a text cites, by number or by title between 《 and 》, on a day."""
    squeezed = _squeezed(text)
    return tuple(one for one in repealed if one.repealed_on <= day and any(name in squeezed for name in one.names))


def _squeezed(text: str) -> str:
    """A text without blanks, with one spelling of the brackets around a year."""
    return re.sub(r"\s", "", text).translate(str.maketrans("[]［］【】", "〔〕〔〕〔〕"))
