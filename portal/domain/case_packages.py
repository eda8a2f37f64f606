"""A case on its way out of the portal: what a package holds for whoever takes the matter over, in plain words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.attachments import FileFinding, ScanState
from portal.domain.case_publications import CATEGORY_NAMES, KIND_NAMES, OUTCOME_NAMES
from portal.domain.cases import CaseKind, Category, ContactChoice, ItemKind, Outcome

FEWEST_LETTERS = 16
"""A passphrase that is shorter could be guessed by whoever finds the file."""

_KINDS = {
    **KIND_NAMES,
    CaseKind.TIP_OFF: "举报",
    CaseKind.OBJECTION: "公示异议",
    CaseKind.PRIVACY_TAKEDOWN: "隐私撤下",
}
_ITEMS = {
    ItemKind.CONTENT: "反映的内容",
    ItemKind.SUPPLEMENT: "申请",
    ItemKind.FROM_SUBMITTER: "反映人的话",
    ItemKind.TO_SUBMITTER: "对反映人说的话",
    ItemKind.NOTE: "内部记录",
    ItemKind.REPLY: "答复",
    ItemKind.LETTER: "转送的机关",
    ItemKind.FILE: "附件",
    ItemKind.ACCUSED_NAMES: "被反映的人",
    ItemKind.TRANSCRIPT: "录音的文字",
    ItemKind.DECLINE: "告知",
}
LEFT_OUT = frozenset({ItemKind.REPLY_DRAFT})
"""What nobody has approved is nobody's word."""
_CHOICES = {
    ContactChoice.ANONYMOUS: "匿名",
    ContactChoice.CONTACT_ONLY: "只留联系方式",
    ContactChoice.NAMED: "实名",
}


APART_SUFFIX = ".quarantined"
"""No program opens a file of this name by itself: whoever takes it off must mean to."""
_APART = {
    FileFinding.VIRUS: "查出病毒",
    FileFinding.MACROS: "带有宏，按来时的样子封存，里面可能有制作人的姓名等信息，请为反映人保密",
    FileFinding.ACTIVE_CONTENT: "带有会自动执行的内容",
    ScanState.WAITING: "还没有查过病毒",
}


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """What stands in clear of a case; names in place of ids, instants as Shanghai tells them."""

    number: str
    kind: str
    category: str
    channel: str
    place: str
    office: str
    received_at: str
    accused: tuple[str, ...]
    external: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackedItem:
    """One opened piece; `staff` says that it comes from the office. A file has its bytes beside it.

    `apart` says why a file lay in quarantine.
    """

    kind: ItemKind
    at: str
    staff: bool
    content: Mapping[str, Any] = field(repr=False)
    file: bytes | None = field(default=None, repr=False)
    apart: FileFinding | ScanState | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """A sealed file under the name that it should have."""

    name: str
    content: bytes = field(repr=False)


def plain_files(
    record: CaseRecord, items: Sequence[PackedItem], identity: Mapping[str, Any] | None
) -> dict[str, bytes]:
    """The files that a package opens into: the case for people, for machines, and its attachments."""
    kept = [item for item in items if item.kind not in LEFT_OUT]
    names = dict(_file_names(kept))
    files = {names[place]: item.file for place, item in enumerate(kept) if item.file is not None}
    told = [{**_told(item), "file": names.get(place)} for place, item in enumerate(kept)]
    machine = {"case": _record(record), "identity": identity, "items": told}
    text = "\n".join(_lines(record, kept, names, identity)) + "\n"
    return {
        "case.txt": text.encode(),
        "case.json": json.dumps(machine, ensure_ascii=False, indent=1).encode(),
        **{name: content for name, content in files.items() if content is not None},
    }


def _file_names(items: Sequence[PackedItem]) -> Iterator[tuple[int, str]]:
    places = [place for place, item in enumerate(items) if item.file is not None]
    for number, place in enumerate(places, start=1):
        name = f"{number:02d}.{items[place].content['extension']}"
        yield place, f"quarantine/{name}{APART_SUFFIX}" if items[place].apart else f"files/{name}"


def _record(record: CaseRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in CaseRecord.__slots__}


def _told(item: PackedItem) -> dict[str, Any]:
    """Never the key of a file."""
    words = {name: value for name, value in item.content.items() if name not in {"key", "file", "transcript_key"}}
    apart = {"quarantine": str(item.apart)} if item.apart else {}
    return {"kind": str(item.kind), "at": item.at, "by": "office" if item.staff else "submitter", **words, **apart}


def _lines(
    record: CaseRecord, items: Sequence[PackedItem], names: Mapping[int, str], identity: Mapping[str, Any] | None
) -> Iterator[str]:
    yield f"编号：{record.number}"
    yield f"类别：{_KINDS[CaseKind(record.kind)]}（{CATEGORY_NAMES[Category(record.category)]}）"
    yield f"地方：{record.place}"
    yield f"收到：{record.received_at}"
    yield f"承办单位：{record.office}"
    if record.accused:
        yield f"涉及：{'、'.join(record.accused)}"
    if record.external:
        yield f"其他编号：{'、'.join(record.external)}"
    yield from _identity_lines(identity)
    for place, item in enumerate(items):
        yield f"\n【{_ITEMS[item.kind]}】{item.at} {'单位' if item.staff else '反映人'}"
        yield from _item_lines(item, names.get(place, ""))


def _identity_lines(identity: Mapping[str, Any] | None) -> Iterator[str]:
    if identity is None:
        yield "反映人：身份另行密封，不在本文件里"
        return
    yield f"反映人：{_CHOICES[ContactChoice(identity['choice'])]} {identity.get('name') or ''}".rstrip()
    yield from (f"{label}：{identity[name]}" for name, label in _CONTACT if identity.get(name))
    for member in identity.get("members", ()):
        yield f"联名：{member['name']} {member.get('phone') or ''}".rstrip()


_CONTACT = (("phone", "电话"), ("address", "地址"))


def _item_lines(item: PackedItem, name: str) -> Iterator[str]:
    content = item.content
    if item.kind is ItemKind.FILE:
        yield f"{name}（原名：{content.get('name', '')}）"
    if item.apart:
        yield f"隔离：{_APART[item.apart]}。本平台没有人打开过。去掉文件名末尾的“{APART_SUFFIX}”以前，请先查毒。"
    if content.get("happened"):
        yield f"什么时候：{content['happened']}"
    if content.get("outcome"):
        yield f"核查结论：{OUTCOME_NAMES[Outcome(content['outcome'])]}"
    if content.get("right_body"):
        yield f"机关：{content['right_body']}"
    if content.get("text"):
        yield str(content["text"])
    if content.get("legal_basis"):
        yield f"依据：{content['legal_basis']}"
