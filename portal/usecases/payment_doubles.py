"""Who of a batch stands elsewhere: in another batch of the month, in another programme, in a list of terminations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from portal.domain.messages import N_, Message
from portal.domain.payment_sheets import CountedBatch, PaidPerson
from portal.domain.payments import PaymentBatch, PaymentKind
from portal.domain.programs import PROGRAM_SHORT_NAMES, Program
from portal.domain.roster_values import Problem
from portal.domain.warnings import WarningRules
from portal.models.base import db
from portal.queries.payments import counted_elsewhere, formerly_terminated, paid_twice, terminated_people
from portal.sealing.envelopes import keyed_hash
from portal.usecases.payment_people import payment_hash, termination_hash

_Digest = TypeVar("_Digest", bytes, str)
People = dict[bytes, PaidPerson]


@dataclass(frozen=True, slots=True)
class FoundElsewhere:
    """A warning for each who stands in an earlier list of terminations, or in a programme that excludes his own."""

    ended: Sequence[Problem]
    doubled: Sequence[Problem]


def found_elsewhere(key: bytes, counted: CountedBatch, rules: WarningRules) -> FoundElsewhere:
    """What stops nothing and has to be cleared: the desk gets a warning of each batch when it is public."""
    return FoundElsewhere(_after_termination(key, counted), _in_two_programs(key, counted, rules))


def hashed(key: bytes, program: Program, counted: CountedBatch) -> People:
    """Everybody of a batch under the hash that he has in its month and kind, in its programme or in another one."""
    batch = counted.batch
    listed_as = f"{batch.month.isoformat()}|{program}|{batch.kind}"
    return {payment_hash(key, listed_as, one.number): one for one in counted.people}


def told_before(session: Session, batch: PaymentBatch, people: People, corrects: str) -> Sequence[Problem]:
    """Whoever stands in another batch already, and money of which another batch tells already."""
    text = N_("这个人同一个月已在%(number)s里发过，不能重复：请核对后删去一处")
    doubles = _told(people, paid_twice(session, people, except_number=corrects), text)
    if doubles:
        return doubles
    number = counted_elsewhere(session, batch, except_number=corrects)
    text = N_("%(title)s已在%(number)s里登记，同一笔钱不能再算一次：请先撤下那一份，或更正它")
    return [Problem("", "", Message(text, {"title": batch.title, "number": number}))] if number else []


def _in_two_programs(key: bytes, counted: CountedBatch, rules: WarningRules) -> Sequence[Problem]:
    """Of 特困 and 低保 a person is paid one; what is paid beside the allowance itself excludes nothing."""
    if counted.batch.kind is not PaymentKind.BASIC:
        return ()
    found: list[Problem] = []
    for program in sorted(rules.excluded_by(counted.batch.program)):
        people = hashed(key, program, counted)
        text = N_("这个人同一个月还在%(number)s里领取%(program)s，两项不能同时享受：请核对")
        found += _told(people, paid_twice(db.session(), people), text, program=PROGRAM_SHORT_NAMES[program])
    return found


def _after_termination(key: bytes, counted: CountedBatch) -> Sequence[Problem]:
    """Whoever is paid for a month after the one in whose list of terminations he stands."""
    batch = counted.batch
    by_hash = {keyed_hash(key, one.number): one for one in counted.people}
    sealed = {termination_hash(key, batch.program, digest): digest for digest in by_hash}
    found = terminated_people(batch.program, batch.month, by_hash)
    found |= {sealed[one]: number for one, number in formerly_terminated(batch.month, sealed).items()}
    text = N_("这个人在拟终止名单%(number)s里，之后仍有发放：请核对")
    return _told(by_hash, found, text)


def _told(
    people: Mapping[_Digest, PaidPerson], found: Mapping[_Digest, str], text: str, **more: str
) -> Sequence[Problem]:
    """One problem for each who was found, at the cell of his number."""
    return [
        Problem(one.sheet, one.cell, Message(text, {"number": found[digest], **more}))
        for digest, one in people.items()
        if digest in found
    ]
