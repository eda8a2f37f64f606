"""Cases for tests, as people hand them in, and desks that can open them."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import AccusedRole, CaseKind, Category, ContactChoice
from portal.domain.desk_keys import DeskKind
from portal.domain.intake import About, Contact, Submission, Telling
from portal.domain.permissions import Actor
from portal.models.cases import Case
from portal.models.desk_keys import DeskKey, DeskKeyHolder
from portal.models.transaction import transaction
from portal.sealing.pairs import new_pair
from portal.sealing.query_codes import QueryCode, derive, new_code
from portal.usecases.case_sealing import DeskOpener
from portal.usecases.case_steps import Stepped, act
from portal.usecases.intake import submit
from portal.usecases.progress_sessions import Submitter
from portal.usecases.services import Services

TEXT = "有人替我保管存折，不肯还给我"
VILLAGE = "370811002001"

COMPLAINT = Submission(
    About(CaseKind.COMPLAINT, Category.LEFT_OUT, VILLAGE),
    Telling(TEXT, "今年八月"),
    Contact(ContactChoice.NAMED, name="郑十一", phone="0537-1234567"),
)
TIP_OFF = Submission(
    About(CaseKind.TIP_OFF, Category.CARD_KEPT, VILLAGE, AccusedRole.VILLAGE_CADRE, accused_names="某会计"),
    Telling(TEXT),
    Contact(ContactChoice.ANONYMOUS),
)


@dataclass(frozen=True, slots=True)
class Handed:
    """A case as its submitter knows it."""

    number: str
    code: QueryCode


def hand_in(services: Services, submission: Submission = COMPLAINT, *, at: datetime) -> Handed:
    code = new_code()
    return Handed(submit(services, submission, code, at=at), code)


def about(submission: Submission, **changes: object) -> Submission:
    return replace(submission, about=replace(submission.about, **changes))


def submitter_of(session: Session, services: Services, handed: Handed) -> Submitter:
    keys = derive(handed.code.digits, services.keyring.key("codes"))
    case_id = session.scalars(select(Case.id).where(Case.number == handed.number)).one()
    return Submitter(case_id, keys.pair.private)


def open_desk(office_id: int, kind: DeskKind, holder: Actor, *, at: datetime, offline: bool = False) -> DeskOpener:
    """A desk whose private key a test holds."""
    pair = new_pair()
    with transaction() as session:
        desk = DeskKey(office_id=office_id, kind=kind, public_key=pair.public, offline=offline, created_at=at)
        session.add(desk)
        session.flush()
        if not offline:
            session.add(
                DeskKeyHolder(desk_key_id=desk.id, account_id=holder.account_id, wrapped=b"test", enrolled_at=at)
            )
        return DeskOpener({desk.id: pair.private})


def take(services: Services, actor: Actor, number: str, action: Action, *, at: datetime, **given: object) -> Stepped:
    openers = given.pop("openers", ())
    return act(services, actor, number, action, Given(**given), at=at, openers=openers)
