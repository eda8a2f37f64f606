"""Published answers of cases: a short summary and the answer, with bars over whatever could tell who somebody is.

What must never be read (numbers of persons, states of health, the village, what is known of the submitter) is hidden
whatever a person thinks; what else could tell a person is proposed, and a person decides. Tip-offs and objections are
never published one by one.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.domain.calendar import WorkingCalendar
from portal.domain.case_actions import Action
from portal.domain.cases import CaseKind, CaseState, Category, Outcome
from portal.domain.errors import InvalidError
from portal.domain.instants import end_of_day, shanghai_date
from portal.domain.messages import N_, Message
from portal.domain.redaction import FindingKind, find_personal_data, places_of_names

PUBLISHED_KINDS = frozenset({CaseKind.COMPLAINT, CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST})
"""Kinds whose answers may be published one by one."""

PUBLISHED_STATES = frozenset({CaseState.CONCLUDED, CaseState.FINALLY_REVIEWED})
"""Nothing is owed any more, and nobody is asking for another look."""

LONGEST_SUMMARY = 300

KIND_NAMES = {
    CaseKind.COMPLAINT: "投诉",
    CaseKind.INQUIRY: "咨询",
    CaseKind.PROPOSAL: "建议",
    CaseKind.HELP_REQUEST: "求助",
}
CATEGORY_NAMES = {
    Category.LEFT_OUT: "应保未保",
    Category.FAVOURITISM: "人情保关系保",
    Category.FALSE_CLAIM: "虚报冒领",
    Category.EMBEZZLEMENT: "截留私分",
    Category.MISAPPROPRIATION: "挤占挪用",
    Category.FUNDS_HELD_BACK: "滞留资金",
    Category.EXTORTION: "吃拿卡要",
    Category.CARD_KEPT: "代持卡折",
    Category.LATE_OR_SHORT_PAYMENT: "未按时足额发放",
    Category.BANK_CHARGE: "银行违规收费",
    Category.IMPROPER_NOTICE: "公示不规范",
    Category.PRIVACY_LEAK: "隐私泄露",
    Category.OTHER: "其他问题",
    Category.PORTAL: "本平台",
}
OUTCOME_NAMES = {
    Outcome.SUBSTANTIATED: "属实",
    Outcome.PARTLY_SUBSTANTIATED: "部分属实",
    Outcome.UNSUBSTANTIATED: "不属实",
    Outcome.UNVERIFIABLE: "无法核实",
}


class RedactionReason(StrEnum):
    """Why something is hidden; stands in the bar itself."""

    NAME = "name"
    IDENTIFIER = "identifier"
    CONTACT = "contact"
    ADDRESS = "address"
    OTHER = "other"


REASON_NAMES = {
    RedactionReason.NAME: "姓名",
    RedactionReason.IDENTIFIER: "证件号或账号",
    RedactionReason.CONTACT: "联系方式",
    RedactionReason.ADDRESS: "住址",
    RedactionReason.OTHER: "其他个人信息",
}

OPINION_NAMES = {
    Action.REPLY: "答复意见",
    Action.REEXAMINE: "复查意见",
    Action.REVIEW_FINALLY: "复核意见",
}
"""Which steps tell the submitter an opinion, in the order in which one follows the other."""

_FOUND = {
    FindingKind.ID_NUMBER: RedactionReason.IDENTIFIER,
    FindingKind.BANK_CARD: RedactionReason.IDENTIFIER,
    FindingKind.MOBILE: RedactionReason.CONTACT,
    FindingKind.LANDLINE: RedactionReason.CONTACT,
    FindingKind.DISEASE: RedactionReason.OTHER,
}
_ALWAYS = frozenset({FindingKind.ID_NUMBER, FindingKind.BANK_CARD, FindingKind.MOBILE, FindingKind.DISEASE})
_DOOR = re.compile(r"[0-9０-９一二三四五六七八九十百]{1,5}(?:号楼|号院|单元|室|组|户|门)")
_APART = re.compile(r"[\s、，,；;。/（）()]+")
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the answer that is hidden, from `start` up to but without `end`, in characters."""

    start: int
    end: int
    reason: RedactionReason


@dataclass(frozen=True, slots=True)
class KnownPersons:
    """What the opened case tells of persons: of the submitter (always hidden), and of those whom it is about."""

    submitters: tuple[str, ...] = field(default=(), repr=False)
    contacts: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    accused: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that no free text beside the answer may hold."""
        return (*self.submitters, *self.accused)


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One opinion of the answer that stands, by the step that told it."""

    action: Action
    text: str = field(repr=False)
    legal_basis: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """What a draft keeps: the summary, which replies it is about, and what a person hides of them.

    The replies themselves stay sealed in their case until the answer is published.
    """

    summary: str
    replies: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: words, or a bar that says why it is there."""

    text: str = ""
    hidden: RedactionReason | None = None


def whole_answer(parts: Collection[AnswerPart]) -> str:
    """The answer as one text; where there was a 复查, what it looked at stands before it, each under its name."""
    return "\n".join(_of_part(part, is_headed=len(parts) > 1) for part in parts)


def _of_part(part: AnswerPart, *, is_headed: bool) -> str:
    head = f"【{OPINION_NAMES[part.action]}】\n" if is_headed else ""
    basis = f"\n依据：{part.legal_basis}" if part.legal_basis else ""
    return head + part.text.replace("\r\n", "\n").strip() + basis


def names_in(text: str) -> tuple[str, ...]:
    """The names that were typed into one field, apart by marks or blanks; a single character is none."""
    return tuple(part for part in _APART.split(text) if len(part) >= _SHORTEST_NAME)


def always_hidden(
    text: str, known: KnownPersons, phones: Collection[str], disease_words: Collection[str] = ()
) -> tuple[Span, ...]:
    """Numbers and health of persons, the village, what is known of the submitter; the offices' own `phones` stay."""
    found = [
        Span(one.start, one.end, _FOUND[one.kind])
        for one in find_personal_data(text, permitted=phones, disease_words=disease_words)
        if one.kind in _ALWAYS
    ]
    found += _named(text, known.submitters, RedactionReason.NAME)
    found += _named(text, known.contacts, RedactionReason.CONTACT)
    found += _named(text, (*known.addresses, *known.places), RedactionReason.ADDRESS)
    return without_overlap(found)


def proposals(text: str, known: KnownPersons, phones: Collection[str]) -> tuple[Span, ...]:
    """What a person is asked about: names of the accused, doors and groups, other phones."""
    found = _named(text, known.accused, RedactionReason.NAME)
    found += [Span(match.start(), match.end(), RedactionReason.ADDRESS) for match in _DOOR.finditer(text)]
    found += [
        Span(one.start, one.end, _FOUND[one.kind])
        for one in find_personal_data(text, permitted=phones, landlines=True)
        if one.kind not in _ALWAYS
    ]
    return without_overlap(found)


def _named(text: str, names: Iterable[str], reason: RedactionReason) -> list[Span]:
    return [Span(start, end, reason) for start, end in places_of_names(text, names)]


def spans_of_phrases(text: str, phrases: Mapping[RedactionReason, Sequence[str]]) -> tuple[Span, ...]:
    """Every place of the phrases in the text; InvalidError names the field of a phrase that stands nowhere."""
    found: list[Span] = []
    faults: dict[str, Message] = {}
    for reason, lines in phrases.items():
        for number, phrase in enumerate(lines, start=1):
            places = _named(text, [phrase], reason)
            if not places:
                faults[str(reason)] = Message(N_("第%(number)s行在答复里找不到"), {"number": number})
            found += places
    if faults:
        raise InvalidError(N_("有几项需要修改"), fields=faults)
    return without_overlap(found)


def phrases_of_spans(text: str, spans: Iterable[Span]) -> dict[RedactionReason, tuple[str, ...]]:
    """The hidden phrases by reason, each once, in the order of the text; for the form alone."""
    found: dict[RedactionReason, dict[str, None]] = {}
    for span in spans:
        found.setdefault(span.reason, {})[text[span.start : span.end]] = None
    return {reason: tuple(phrases) for reason, phrases in found.items()}


def without_overlap(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order; where two overlap they become one bar with the reason of the earlier, so that nothing shows."""
    ordered = sorted(spans, key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in ordered:
        if kept and span.start < kept[-1].end:
            kept[-1] = Span(kept[-1].start, max(kept[-1].end, span.end), kept[-1].reason)
        else:
            kept.append(span)
    return tuple(kept)


def paragraphs(text: str, spans: Sequence[Span]) -> tuple[tuple[Piece, ...], ...]:
    """The answer as the public reads it, by paragraph; a bar tells neither the length nor a letter of what it hides."""
    pieces: list[Piece] = []
    place = 0
    for span in without_overlap(spans):
        pieces += [Piece(text[place : span.start]), Piece(hidden=span.reason)]
        place = span.end
    pieces.append(Piece(text[place:]))
    return _by_paragraph(pieces)


def _by_paragraph(pieces: Iterable[Piece]) -> tuple[tuple[Piece, ...], ...]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.hidden:
            lines[-1].append(piece)
            continue
        first, *rest = piece.text.split("\n")
        lines[-1].append(Piece(first))
        lines += [[Piece(line)] for line in rest]
    kept = (tuple(piece for piece in line if piece.hidden or piece.text) for line in lines)
    return tuple(line for line in kept if any(piece.hidden or piece.text.strip() for piece in line))


def plain_pieces(shown: Iterable[Iterable[Piece]]) -> list[list[list[str]]]:
    """Paragraphs for a snapshot: each piece as ["text", words] or ["hidden", reason]."""
    return [[["hidden", str(one.hidden)] if one.hidden else ["text", one.text] for one in line] for line in shown]


def read_pieces(stored: Iterable[Iterable[Sequence[str]]]) -> tuple[tuple[Piece, ...], ...]:
    """The paragraphs of a snapshot."""
    return tuple(
        tuple(Piece(hidden=RedactionReason(value)) if kind == "hidden" else Piece(value) for kind, value in line)
        for line in stored
    )


def words_of_answer(shown: Iterable[Iterable[Piece]], *, bar: str = "■■") -> tuple[str, ...]:
    """The paragraphs as plain words, for papers and the index; a bar says its reason."""
    return tuple("".join(_words(one, bar) for one in line) for line in shown)


def _words(piece: Piece, bar: str) -> str:
    return f"{bar}（隐去：{REASON_NAMES[piece.hidden]}）" if piece.hidden else piece.text


def title_of(county: str, category: Category, kind: CaseKind) -> str:
    """The title; made of the case's clear columns alone, so that it never holds a name."""
    return f"{county}“{CATEGORY_NAMES[category]}”{KIND_NAMES[kind]}的办理结果"


def faults_in_summary(summary: str) -> Message | None:
    """What is wrong with a summary, or nothing."""
    if not summary.strip():
        return Message(N_("请写摘要：说明反映了什么、查到什么、怎么处理"))
    if len(summary) > LONGEST_SUMMARY:
        return Message(N_("最多%(most)s个字"), {"most": LONGEST_SUMMARY})
    return None


def draft_of(draft: AnswerDraft) -> dict[str, Any]:
    """The draft as plain values."""
    spans = [[span.start, span.end, str(span.reason)] for span in draft.spans]
    return {"summary": draft.summary, "reply_item": draft.replies, "spans": spans}


def read_draft(stored: Mapping[str, Any]) -> AnswerDraft:
    """The draft that `draft_of` has made."""
    spans = tuple(Span(start, end, RedactionReason(reason)) for start, end, reason in stored["spans"])
    return AnswerDraft(stored["summary"], stored["reply_item"], spans)


def embargo_end(submitted_at: datetime, working_days: int, calendar: WorkingCalendar) -> datetime:
    """Until when the submitter may object: 24:00 of the last working day, the day of submitting not counted."""
    return end_of_day(calendar.add_working_days(shanghai_date(submitted_at), working_days))


@dataclass(frozen=True, slots=True)
class CasePublicationRules:
    """What the bureau decides about publishing answers."""

    embargo_working_days: int


def case_publication_rules_from_table(table: Mapping[str, Any]) -> CasePublicationRules:
    """The rules of the table `case_publications`; ValueError for an embargo that is none."""
    days = int(table["embargo"]["working_days"])
    if days < 1:
        raise ValueError("an embargo has at least one working day")
    return CasePublicationRules(days)
