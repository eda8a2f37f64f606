from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.duties import DutyState
from portal.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from portal.models.audit import AuditEntry
from portal.queries.divisions import division_tree
from portal.queries.duties import duties_at_desk, reminders_for, to_be_done
from portal.usecases.duties import keep_duties
from portal.usecases.duty_statements import state_applicable, state_not_applicable
from portal.usecases.services import Services
from tests.cast import Cast
from tests.usecases.test_duties import TOWN, cell, state

LIST, REASON = "extreme-poverty-review", "本街道没有特困供养对象"


def test_a_duty_that_does_not_apply_is_said_in_public_and_counts_again_when_taken_back(
    services: Services, cast: Cast, session: Session, at: datetime
):
    keep_duties(services, at=at)
    before = reminders_for(cast.zhao_liu, services.rulebook.duties, at=at)
    state_not_applicable(services, cast.zhao_liu, TOWN, LIST, REASON, at=at)
    told = cell(services, TOWN, LIST, at=at)
    assert (told.state, told.standing.reason) == (DutyState.NOT_APPLICABLE, REASON)
    assert reminders_for(cast.zhao_liu, services.rulebook.duties, at=at).missed == before.missed - 1
    with pytest.raises(ConflictError):
        state_not_applicable(services, cast.zhao_liu, TOWN, LIST, REASON, at=at)
    state_applicable(cast.zhao_liu, TOWN, LIST, at=at)
    assert state(services, TOWN, LIST, at=at) is DutyState.NEVER
    with pytest.raises(ConflictError):
        state_applicable(cast.zhao_liu, TOWN, LIST, at=at)
    entries = session.execute(select(AuditEntry.action, AuditEntry.subject, AuditEntry.account_id)).all()
    assert entries[-2:] == [
        ("duty.not_applicable", f"duty:{TOWN}:{LIST}", cast.zhao_liu.account_id),
        ("duty.applicable", f"duty:{TOWN}:{LIST}", cast.zhao_liu.account_id),
    ]


def test_only_a_publisher_states_it_and_only_of_his_own_places(services: Services, cast: Cast, at: datetime):
    keep_duties(services, at=at)
    for actor, error in ((cast.zhang_san, NotAllowedError), (cast.qian_qi, NotFoundError)):
        with pytest.raises(error):
            state_not_applicable(services, actor, TOWN, LIST, REASON, at=at)


@pytest.mark.parametrize(
    ("duty", "reason"),
    [("subsistence-guide", REASON), (LIST, "无"), (LIST, "联系人电话13912345678，没有对象"), (LIST, "")],
)
def test_what_every_place_has_and_a_reason_that_tells_too_much_or_nothing_are_refused(
    services: Services, cast: Cast, at: datetime, duty: str, reason: str
):
    keep_duties(services, at=at)
    with pytest.raises(RefusedError):
        state_not_applicable(services, cast.zhao_liu, TOWN, duty, reason, at=at)
    assert state(services, TOWN, duty, at=at) is DutyState.NEVER


def test_the_work_list_holds_the_own_places_the_oldest_last_day_first(services: Services, cast: Cast, at: datetime):
    keep_duties(services, at=at)
    tree, rules = division_tree(), services.rulebook.duties
    lines = to_be_done(duties_at_desk(cast.zhao_liu, tree, rules, at=at))
    days = [one.standing.due_on for one in lines if one.standing.due_on]
    assert len(days) == len(lines) > 0
    assert days == sorted(days)
    assert {one.place.code for one in lines} == {"370811", TOWN}
    reminder = reminders_for(cast.zhao_liu, rules, at=at)
    assert reminder.missed == sum(one.is_missed for one in lines)
    assert {one.place.code for one in duties_at_desk(cast.qian_qi, tree, rules, at=at)} == {"370832"}
