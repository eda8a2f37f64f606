"""Concluded cases whose answers go to the public."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.case_publications import RedactionReason
from portal.domain.cases import Outcome, ServiceManner
from portal.domain.intake import Submission
from portal.usecases import publications
from portal.usecases.case_publications import Written, draft_answer
from portal.usecases.case_steps import act_as_submitter
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.cases import COMPLAINT, Handed, hand_in, submitter_of, take

ANSWER = (
    "郑 十一反映的存折已经归还。\n存折原由魏会计保管，魏会计已退还本人。\n"
    "来电 13812345674 已登记，住甄庄村3组，患有尿毒症。可拨打0537-5660000查询。"
)
WITHOUT_NUMBERS = ANSWER.replace("来电 13812345674 已登记，", "")
"""The same as the submitter may read it on his own page in a test: every page is searched for numbers of persons."""

SUMMARY = "反映存折被人代管。经核查属实，存折已归还本人。"
NAMED = replace(COMPLAINT, about=replace(COMPLAINT.about, division_code="370811002201", accused_names="魏会计、民政所"))
WRITTEN = Written(SUMMARY, {RedactionReason.NAME: ("魏会计",), RedactionReason.ADDRESS: ("3组",)})
AFTER = timedelta(days=8)
"""Longer than the embargo of five working days from the tests' Friday on."""


def conclude(
    services: Services,
    cast: Cast,
    number: str,
    *,
    at: datetime,
    text: str = ANSWER,
    outcome: Outcome | None = None,
    is_concluded: bool = True,
) -> None:
    """Bring a case from the dispatcher's desk to its reply, and to its end."""
    take(services, cast.zhao_liu, number, Action.REGISTER, at=at)
    take(services, cast.zhao_liu, number, Action.ACCEPT, at=at)
    office, officer = cast.li_si.office_id, cast.li_si.account_id
    take(services, cast.zhao_liu, number, Action.ASSIGN, at=at, office_id=office, officer_id=officer)
    take(
        services, cast.li_si, number, Action.DRAFT_REPLY, at=at, text=text,
        outcome=outcome or Outcome.SUBSTANTIATED, legal_basis="信访工作条例第三十四条",
    )  # fmt: skip
    take(services, cast.wang_wu, number, Action.APPROVE_REPLY, at=at)
    manner = ServiceManner.ON_THE_PLATFORM
    take(services, cast.li_si, number, Action.REPLY, at=at, served_on=date(2026, 11, 20), served_manner=manner)
    if is_concluded:
        take(services, cast.li_si, number, Action.CONCLUDE, at=at)


def concluded(
    services: Services, cast: Cast, submission: Submission = NAMED, *, at: datetime, text: str = ANSWER
) -> Handed:
    """A case that is answered and concluded."""
    handed = hand_in(services, submission, at=at)
    conclude(services, cast, handed.number, at=at, text=text)
    return handed


REEXAMINED = "维持原答复。魏会计已受到提醒。"
REVIEWED = "维持复查意见。郑十一如有新的材料，可以另行反映。"


TOLD = {
    "outcome": Outcome.SUBSTANTIATED, "legal_basis": "信访工作条例第三十五条",
    "served_on": date(2026, 11, 20), "served_manner": ServiceManner.ON_THE_PLATFORM,
}  # fmt: skip


def reexamined(
    session: Session, services: Services, cast: Cast, *, at: datetime, text: str = ANSWER, is_concluded: bool = True
) -> Handed:
    """A case at whose answer 冯一 in the city has looked again."""
    handed = hand_in(services, NAMED, at=at)
    conclude(services, cast, handed.number, at=at, text=text, is_concluded=is_concluded)
    asked = Given(text="不服")
    act_as_submitter(services, submitter_of(session, services, handed), Action.ASK_REEXAMINATION, asked, at=at)
    take(services, cast.feng_yi, handed.number, Action.REEXAMINE, at=at, text=REEXAMINED, **TOLD)
    return handed


def finally_reviewed(
    session: Session, services: Services, cast: Cast, *, at: datetime, is_concluded: bool = True
) -> Handed:
    """A case whose submitter has gone to the last instance; there a colleague of 冯一 has looked at it."""
    handed = reexamined(session, services, cast, at=at, is_concluded=is_concluded)
    asked = Given(text="仍不服")
    act_as_submitter(services, submitter_of(session, services, handed), Action.ASK_FINAL_REVIEW, asked, at=at)
    colleague = replace(cast.feng_yi, account_id=cast.wei_si.account_id)
    take(services, colleague, handed.number, Action.REVIEW_FINALLY, at=at, text=REVIEWED, **TOLD)
    return handed


def handed_in(services: Services, cast: Cast, case_number: str, *, at: datetime) -> str:
    """The number of an answer that 李四 has drafted and handed to 王五, who has reviewed it."""
    number = draft_answer(services, cast.li_si, case_number, WRITTEN, at=at)
    publications.submit(services, cast.li_si, number, at=at)
    publications.review(services, cast.wang_wu, number, at=at)
    return number


def published_answer(services: Services, cast: Cast, submission: Submission = NAMED, *, at: datetime) -> str:
    """The number of an answer that the public reads since a week after `at`."""
    handed = concluded(services, cast, submission, at=at)
    number = handed_in(services, cast, handed.number, at=at)
    publications.publish(services, cast.zhao_liu, number, at=at + AFTER)
    return number
