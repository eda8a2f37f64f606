"""A submission that is being written: which pages it needs, what was answered so far, and how long it may lie."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from portal.domain.attachments import FileFinding, Removed
from portal.domain.case_texts import tidy_line, tidy_phone, tidy_text
from portal.domain.cases import AccusedRole, CaseKind, Category, ContactChoice
from portal.domain.intake import About, Contact, KeptFile, Member, Submission, Telling
from portal.domain.limits import Limit

E = TypeVar("E", bound=StrEnum)

SECRET_KEEP = timedelta(minutes=30)
"""A tip-off's draft, and every draft whose kind is not known yet, dies so long after the last page."""
OFFERED_KEEP = timedelta(hours=24)
"""Other drafts may be taken up again for a day."""
MOST_FILES = 5
HUMAN_SECONDS = 15
"""Whoever needs less for all pages is hardly a person; it only lowers the order in which the case is registered."""

STARTED = Limit("intake", timedelta(hours=1), per_subject=30, per_address=30, overall=600, counts_successes=True)
"""Submissions begun; beyond it they go the slow lane and are never refused."""
ATTACHED = Limit("intake_file", timedelta(hours=1), per_subject=60, per_address=60, overall=1000, counts_successes=True)
"""Files taken apart: each costs work and space."""

_SERVICE = frozenset({CaseKind.INQUIRY, CaseKind.PROPOSAL, CaseKind.HELP_REQUEST})
_ON_A_NOTICE = frozenset({CaseKind.OBJECTION, CaseKind.PRIVACY_TAKEDOWN})
_REPORT = frozenset({CaseKind.COMPLAINT, CaseKind.TIP_OFF})

CATEGORIES: Mapping[CaseKind, tuple[Category, ...]] = {
    CaseKind.TIP_OFF: tuple(one for one in Category if one is not Category.PRIVACY_LEAK),
    CaseKind.COMPLAINT: tuple(Category),
    CaseKind.OBJECTION: (
        Category.FALSE_CLAIM, Category.FAVOURITISM, Category.LEFT_OUT, Category.IMPROPER_NOTICE, Category.OTHER,
    ),
}  # fmt: skip
"""What may be chosen for each kind; a kind that asks for nothing of the sort is not listed."""


class Step(StrEnum):
    """One page of the intake; its value stands in the address."""

    KIND = "kind"
    CATEGORY = "category"
    NOTICE = "notice"
    PLACE = "place"
    WHICH_PLACE = "which-place"
    OFFICE = "office"
    WHO = "who"
    KEEP_AWAY = "keep-away"
    WHAT = "what"
    FILES = "files"
    CONTACT = "contact"
    DETAILS = "details"
    MEMBERS = "members"
    CHECK = "check"


Answers = Mapping[Step, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A cleaned file of a draft: where its bytes lie, and what was taken out of them."""

    id: str
    key: str = field(repr=False)
    name: str = field(repr=False)
    extension: str
    media_type: str
    size: int
    removed: tuple[Removed, ...] = ()
    quarantined: bool = False
    voice: bool = False
    found: FileFinding | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed so far, page by page as it was sent. `number` stands once the case was taken in."""

    code: str = field(repr=False)
    form_key: str = field(repr=False)
    work_secret: str = field(repr=False)
    started_at: datetime
    slow: bool = False
    answers: Answers = field(default_factory=dict, repr=False)
    files: tuple[DraftFile, ...] = field(default=(), repr=False)
    advised: frozenset[Step] = frozenset()
    checked: bool = False
    ambiguous: bool = False
    number: str = ""
    member_codes: tuple[str, ...] = field(default=(), repr=False)

    def answer(self, step: Step, name: str) -> str:
        """What was answered to one field, empty when nothing was."""
        return next((value for key, value in self.answers.get(step, ()) if key == name), "")

    def answered(self, step: Step, pairs: Iterable[tuple[str, str]]) -> "Draft":
        """The draft with the answers of one page."""
        return replace(self, answers={**self.answers, step: tuple(pairs)})

    @property
    def kind(self) -> CaseKind | None:
        """The kind once it is chosen."""
        return _member(CaseKind, self.answer(Step.KIND, "kind"))

    @property
    def contact_choice(self) -> ContactChoice | None:
        """How the submitter wants to be reached, once it is chosen."""
        return _member(ContactChoice, self.answer(Step.CONTACT, "choice"))

    @property
    def notice_number(self) -> str:
        """The notice that an objection is about."""
        return tidy_line(self.answer(Step.NOTICE, "number")).upper() if self.kind in _ON_A_NOTICE else ""

    @property
    def voice(self) -> DraftFile | None:
        """The voice note that stands for the text."""
        return next((file for file in self.files if file.voice), None)

    @property
    def is_ready(self) -> bool:
        """Whether the last page was seen, and each of several who report together has a code."""
        return self.checked and len(self.member_codes) == len(contact_of(self).members)

    @property
    def may_be_offered(self) -> bool:
        """Whether it may be offered to whoever comes back: never a tip-off, nor what is not known to be none."""
        return self.kind not in {None, CaseKind.TIP_OFF} and not self.number

    @property
    def keep(self) -> timedelta:
        """How long it lies after the last page."""
        return OFFERED_KEEP if self.may_be_offered else SECRET_KEEP


def path_of(draft: Draft) -> tuple[Step, ...]:
    """The pages that this submission needs, in their order."""
    return (Step.KIND, *_about(draft), Step.WHAT, Step.FILES, Step.CONTACT, *_reach(draft), Step.CHECK)


def _about(draft: Draft) -> Iterable[Step]:
    kind = draft.kind
    if kind in CATEGORIES:
        yield Step.CATEGORY
    if kind in _ON_A_NOTICE:
        yield Step.NOTICE
    if not draft.notice_number:
        yield Step.PLACE
        if draft.ambiguous:
            yield Step.WHICH_PLACE
    if kind in _SERVICE:
        yield Step.OFFICE
    if kind in _REPORT:
        yield Step.WHO
    if kind in _REPORT or kind is CaseKind.OBJECTION:
        yield Step.KEEP_AWAY


def _reach(draft: Draft) -> Iterable[Step]:
    if draft.contact_choice in {ContactChoice.CONTACT_ONLY, ContactChoice.NAMED}:
        yield Step.DETAILS
    if draft.contact_choice is ContactChoice.NAMED and draft.answer(Step.DETAILS, "joint"):
        yield Step.MEMBERS


def submission_of(draft: Draft, division_code: str, files: Iterable[KeptFile], *, slow: bool) -> Submission:
    """What is handed in; every page of its path was answered rightly before."""
    return Submission(
        about=_submitted_about(draft, division_code),
        telling=telling_of(draft),
        contact=contact_of(draft),
        files=tuple(files),
        slow_lane=slow,
    )


def _submitted_about(draft: Draft, division_code: str) -> About:
    kind, path = draft.kind, path_of(draft)
    if kind is None:
        raise ValueError("a draft without a kind is not handed in")
    row = tidy_line(draft.answer(Step.NOTICE, "row"))
    asked = draft.answer if Step.WHO in path else lambda _step, _name: ""
    office = draft.answer(Step.OFFICE, "office") if Step.OFFICE in path else asked(Step.WHO, "office")
    return About(
        kind=kind,
        category=_category(draft, kind),
        division_code=division_code,
        accused_role=_role(draft, kind),
        accused_office_id=int(office) if office.isdecimal() and int(office) else None,
        accused_names=tidy_text(asked(Step.WHO, "accused_names")),
        not_to_township=Step.KEEP_AWAY in path and bool(draft.answer(Step.KEEP_AWAY, "not_to_township")),
        not_to_county=Step.KEEP_AWAY in path and bool(draft.answer(Step.KEEP_AWAY, "not_to_county")),
        notice_number=draft.notice_number,
        notice_row=int(row) if draft.notice_number and row.isdecimal() else None,
    )


def _category(draft: Draft, kind: CaseKind) -> Category:
    if kind is CaseKind.PRIVACY_TAKEDOWN:
        return Category.PRIVACY_LEAK
    chosen = _member(Category, draft.answer(Step.CATEGORY, "category"))
    return chosen if chosen in CATEGORIES.get(kind, ()) else Category.OTHER


def _role(draft: Draft, kind: CaseKind) -> AccusedRole:
    """An objection is about a household; who else is concerned may stand in the text, so it stays at the county."""
    if kind is CaseKind.OBJECTION:
        return AccusedRole.RECIPIENT
    if kind not in _REPORT:
        return AccusedRole.NOBODY
    return _member(AccusedRole, draft.answer(Step.WHO, "role")) or AccusedRole.UNKNOWN


def telling_of(draft: Draft) -> Telling:
    """What happened, as it was typed but for signs that nobody typed on purpose."""
    return Telling(tidy_text(draft.answer(Step.WHAT, "text")), tidy_line(draft.answer(Step.WHAT, "happened")))


def contact_of(draft: Draft) -> Contact:
    """How the submitter may be reached; what was typed before he chose to tell less is not handed in."""
    choice = draft.contact_choice or ContactChoice.ANONYMOUS
    if choice is ContactChoice.ANONYMOUS:
        return Contact(choice)
    named = choice is ContactChoice.NAMED
    return Contact(
        choice,
        name=tidy_line(draft.answer(Step.DETAILS, "name")) if named else "",
        phone=tidy_phone(draft.answer(Step.DETAILS, "phone")),
        address=tidy_line(draft.answer(Step.DETAILS, "address")),
        email=tidy_line(draft.answer(Step.DETAILS, "email")),
        confidential=bool(draft.answer(Step.DETAILS, "confidential")),
        members=members_in(draft.answer(Step.MEMBERS, "members")) if Step.MEMBERS in path_of(draft) else (),
    )


def members_in(text: str) -> tuple[Member, ...]:
    """One member a line: the name, and after a blank or comma the phone when there is one."""
    found = []
    for line in tidy_text(text).splitlines():
        name, _, phone = tidy_line(line.replace("，", " ").replace("、", " ").replace(",", " ")).partition(" ")
        if name:
            found.append(Member(name, tidy_phone(phone)))
    return tuple(found)


def _member(enum: type[E], value: str) -> E | None:
    return enum(value) if value in set(enum) else None
