"""A case at every stage of its life, and what stands beside cases: answers on their way, requests to decide."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import Outcome, ServiceManner
from portal.domain.clarifications import ClarificationScope
from portal.domain.intake import Submission
from portal.models.base import db
from portal.usecases import publications
from portal.usecases.case_publications import draft_answer
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.clarifications import ask
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.case_answers import AFTER, NAMED, TOLD, WITHOUT_NUMBERS, WRITTEN
from tests.usecases.cases import COMPLAINT, TIP_OFF, Handed, hand_in, submitter_of, take
from tests.usecases.test_case_voices import spoken
from tests.usecases.test_identity_requests import HIDDEN_COMPLAINT

Stage = Callable[[Services, Cast, datetime], Handed]

SUBMITTER = "submitter"
_COLLEAGUE = "colleague"
"""Another approver in the city, who never signs in: so 冯一 may take the step that asks for somebody else."""

_GIVEN: Mapping[Action, tuple[str, Mapping[str, object]]] = {
    Action.REGISTER: ("zhao_liu", {}),
    Action.ACCEPT: ("zhao_liu", {}),
    Action.ASSIGN: ("zhao_liu", {}),
    Action.ASK_FOR_MORE: ("zhao_liu", {"text": "请补充时间和地点。"}),
    Action.DECLINE: ("zhao_liu", {"text": "请向有关机关提出。", "ground": "not_within_powers", "right_body": "任城区人民法院"}),
    Action.TRANSFER: ("zhao_liu", {"right_body": "任城区纪委监委", "reason": "涉嫌违纪"}),
    Action.ASK_EXTENSION: ("li_si", {"reason": "情况复杂", "days": 20}),
    Action.DRAFT_REPLY: (
        "li_si", {"text": WITHOUT_NUMBERS, "outcome": Outcome.UNSUBSTANTIATED, "legal_basis": "信访工作条例"},
    ),
    Action.APPROVE_REPLY: ("wang_wu", {}),
    Action.REPLY: ("li_si", {"served_on": date(2026, 11, 20), "served_manner": ServiceManner.ON_THE_PLATFORM}),
    Action.CONCLUDE: ("li_si", {}),
    Action.ASK_REEXAMINATION: (SUBMITTER, {"text": "不服"}),
    Action.REEXAMINE: (_COLLEAGUE, {**TOLD, "text": "维持原答复。"}),
    Action.ASK_FINAL_REVIEW: (SUBMITTER, {"text": "仍不服"}),
    Action.ASK_IDENTITY: ("li_si", {"reason": "须当面核对原件", "ground": "testify"}),
    Action.AGREE_IDENTITY: ("wang_wu", {}),
}  # fmt: skip
"""Who takes a step on the way, and what is given along."""

_IN_HAND = (Action.REGISTER, Action.ACCEPT, Action.ASSIGN)
_REPLIED = (*_IN_HAND, Action.DRAFT_REPLY, Action.APPROVE_REPLY, Action.REPLY)
_REEXAMINED = (*_REPLIED, Action.ASK_REEXAMINATION, Action.REEXAMINE)
_CONCLUDED = (*_REPLIED, Action.CONCLUDE)


def _walked(*actions: Action, submission: Submission = COMPLAINT) -> Stage:
    def made(services: Services, cast: Cast, at: datetime) -> Handed:
        return walk(services, cast, hand_in(services, submission, at=at), actions, at=at)

    return made


def walk(services: Services, cast: Cast, handed: Handed, actions: tuple[Action, ...], *, at: datetime) -> Handed:
    """Take these steps, each by whoever takes it in the cast."""
    for action in actions:
        who, given = _GIVEN[action]
        if action is Action.ASSIGN:
            given = {"office_id": cast.li_si.office_id, "officer_id": cast.li_si.account_id}
        if who == SUBMITTER:
            act_as_submitter(services, submitter_of(db.session(), services, handed), action, Given(**given), at=at)
        else:
            away = replace(cast.feng_yi, account_id=cast.sun_ba.account_id)
            take(services, away if who == _COLLEAGUE else getattr(cast, who), handed.number, action, at=at, **given)
    return handed


def _answer(*steps: str) -> Stage:
    """A concluded case whose answer is on its way to the public."""

    def made(services: Services, cast: Cast, at: datetime) -> Handed:
        handed = _walked(*_CONCLUDED, submission=NAMED)(services, cast, at)
        number = draft_answer(services, cast.li_si, handed.number, WRITTEN, at=at)
        for who, step in zip(("li_si", "wang_wu", "zhao_liu"), steps, strict=False):
            later = at + AFTER if step == "publish" else at
            getattr(publications, step)(services, getattr(cast, who), number, at=later)
        return handed

    return made


def _merged(services: Services, cast: Cast, at: datetime) -> Handed:
    main = hand_in(services, COMPLAINT, at=at)
    handed = walk(services, cast, hand_in(services, COMPLAINT, at=at), (Action.REGISTER,), at=at)
    take(services, cast.zhao_liu, handed.number, Action.MERGE, at=at, main_number=main.number, reason="同一件事")
    walk(services, cast, main, _REPLIED, at=at)
    return handed


def _spoken(services: Services, cast: Cast, at: datetime) -> Handed:
    handed = walk(services, cast, spoken(services, HIDDEN_COMPLAINT, at), _IN_HAND, at=at)
    take(services, cast.li_si, handed.number, Action.ASK_IDENTITY, at=at, reason="录音须整理", ground="transcribe")
    return walk(services, cast, handed, (Action.AGREE_IDENTITY,), at=at)


def _clarification(services: Services, cast: Cast, at: datetime) -> Handed:
    ask(services, cast.wu_shi, "村里有人说我收了钱。", ClarificationScope.VILLAGE, for_office=False, at=at)
    return _walked(*_CONCLUDED)(services, cast, at)


STAGES: Mapping[str, Stage] = {
    "received": _walked(),
    "registered": _walked(Action.REGISTER),
    "asked for more": _walked(Action.REGISTER, Action.ASK_FOR_MORE),
    "declined": _walked(Action.REGISTER, Action.DECLINE),
    "on its way to another body": _walked(Action.REGISTER, Action.TRANSFER),
    "in hand": _walked(*_IN_HAND),
    "waiting for more days": _walked(*_IN_HAND, Action.ASK_EXTENSION),
    "with a draft": _walked(*_IN_HAND, Action.DRAFT_REPLY),
    "with an approved draft": _walked(*_IN_HAND, Action.DRAFT_REPLY, Action.APPROVE_REPLY),
    "replied": _walked(*_REPLIED),
    "concluded": _walked(*_CONCLUDED, submission=NAMED),
    "in reexamination": _walked(*_REPLIED, Action.ASK_REEXAMINATION),
    "reexamined": _walked(*_REEXAMINED),
    "in final review": _walked(*_REEXAMINED, Action.ASK_FINAL_REVIEW),
    "merged": _merged,
    "tip-off": _walked(submission=TIP_OFF),
    "hidden": _walked(*_IN_HAND, submission=HIDDEN_COMPLAINT),
    "identity asked for": _walked(*_IN_HAND, Action.ASK_IDENTITY, submission=HIDDEN_COMPLAINT),
    "identity agreed to": _spoken,
    "voice opened": _spoken,
    "answer drafted": _answer(),
    "answer handed in": _answer("submit"),
    "answer reviewed": _answer("submit", "review"),
    "answer public": _answer("submit", "review", "publish"),
    "clarification asked for": _clarification,
}
"""In the words of whoever looks at the case."""
