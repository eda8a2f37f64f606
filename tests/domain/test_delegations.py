"""What may ever pass to a substitute, over every pair of roles, offices and exclusions."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.case_actions import ACTIONS, Action
from portal.domain.case_permits import CaseFacts, check, on_behalf_of
from portal.domain.cases import Party, Track
from portal.domain.delegations import Period, hand_on, standing_of
from portal.domain.divisions import Level
from portal.domain.errors import NotFoundError, PortalError
from portal.domain.identity_requests import RequestState
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission, Role
from portal.domain.routing import Exclusion, is_excluded, viewer_of

ABSENT, DEPUTY, THIRD = AccountId(1), AccountId(2), AccountId(3)
HANDLING = {Permission.HANDLE_CASES, Permission.HANDLE_DISCIPLINE}
PASSING = HANDLING | {Permission.DISPATCH_CASES, Permission.APPROVE_CASES, Permission.SUPERVISE_CASES}
OFFICES = {1: ("1/", "370800/"), 2: ("1/2/", "370800/370811/"), 3: ("1/2/3/", "370800/370811/370811002/")}
STAFF = [action for action, step in ACTIONS.items() if Party.STAFF in step.parties and action is not Action.SUBMIT]
OF_CUSTODY = {action for action in STAFF if Permission.OPEN_IDENTITY in ACTIONS[action].permissions}
CASE_ROLES = [role for role in Role if GRANTS[role] & PASSING]
ROLES = st.frozensets(st.sampled_from(CASE_ROLES), min_size=1, max_size=3) | st.frozensets(st.sampled_from(Role))
FEW_ROLES = st.just(frozenset[Role]()) | ROLES
PERSON = st.sampled_from([ABSENT, DEPUTY, THIRD])
PEOPLE = st.frozensets(PERSON, max_size=2)
_EXCLUSIONS = st.builds(
    Exclusion,
    offices=st.frozensets(st.sampled_from([2, 3]), max_size=1),
    accounts=st.frozensets(PERSON, max_size=1),
    recused=st.frozensets(PERSON, max_size=1),
    floor=st.none() | st.sampled_from([Level.COUNTY, Level.TOWNSHIP]),
)
EXCLUSIONS = st.one_of(st.just(Exclusion()), st.just(Exclusion()), _EXCLUSIONS)


def _case(action: Action) -> st.SearchStrategy[tuple[Action, CaseFacts]]:
    """A case on which the step is the next one, as far as it alone decides."""
    step = ACTIONS[action]
    facts = st.builds(
        CaseFacts,
        kind=st.sampled_from(sorted(step.kinds)),
        track=st.sampled_from(sorted(step.tracks)),
        state=st.sampled_from([state for state in step.moves if state]),
        takers=st.dictionaries(st.sampled_from(sorted(step.other_than or STAFF)), PEOPLE, max_size=3),
        extension_asked=st.booleans(),
        extendable=st.booleans(),
        identity_request=st.none() | st.sampled_from(RequestState),
    )
    return st.tuples(st.just(action), facts)


CASES = st.sampled_from([*STAFF, *[action for action in STAFF if ACTIONS[action].other_than] * 4]).flatmap(_case)
"""Half of the steps are such as need another person than an earlier one."""


def actor(account_id: AccountId, office_id: int, roles: frozenset[Role]) -> Actor:
    path, division = OFFICES[office_id]
    return Actor(account_id, "x", "某人", office_id, "某单位", path, division.split("/")[-2], division, roles)


@given(
    absent=ROLES, deputy=ROLES, offices=st.tuples(st.sampled_from([1, 2, 3]), st.sampled_from([1, 2, 3])),
    by_himself=st.booleans(),
)  # fmt: skip
def test_no_more_passes_than_the_absent_person_has_and_never_a_key_or_an_identity(
    absent: frozenset[Role], deputy: frozenset[Role], offices: tuple[int, int], by_himself: bool
) -> None:
    one, other = actor(ABSENT, offices[0], absent), actor(DEPUTY, offices[1], deputy)
    standing = standing_of(one, other, date(2026, 12, 1), by_himself=by_himself)
    if standing is None:
        return
    assert standing.on_others <= standing.on_assigned <= one.permissions & PASSING
    assert standing.on_assigned
    assert other.may(Permission.SEE_CASES)
    if by_himself:
        assert one.office_id == other.office_id
    else:
        assert standing.on_assigned <= HANDLING
        assert not standing.on_others
        assert other.office_path.startswith(one.office_path)


@settings(max_examples=400)
@given(
    absent=ROLES, deputy=FEW_ROLES, office=st.sampled_from([2, 2, 3]), by_himself=st.booleans(),
    officer=st.sampled_from([ABSENT, ABSENT, DEPUTY, None]), exclusion=EXCLUSIONS, case=CASES,
)  # fmt: skip
def test_a_step_is_taken_by_whoever_may_and_where_two_are_needed_the_absent_and_his_substitute_are_one(
    absent: frozenset[Role], deputy: frozenset[Role], office: int, by_himself: bool, officer: AccountId | None,
    exclusion: Exclusion, case: tuple[Action, CaseFacts],
) -> None:  # fmt: skip
    action, facts = case
    one, other = actor(ABSENT, 2, absent), actor(DEPUTY, office, deputy | {Role.SUPERVISOR})
    standing = standing_of(one, other, date(2026, 12, 1), by_himself=by_himself)
    other = replace(other, standings=(standing,) if standing else ())
    hand = hand_on(other, "1/2/", officer, exclusion)
    if is_excluded(viewer_of(other), exclusion):
        with pytest.raises(NotFoundError):
            check(action, facts, hand)
        return
    try:
        check(action, facts, hand)
    except PortalError:
        return
    name, step = on_behalf_of(action, facts, hand), ACTIONS[action]
    earlier = frozenset().union(*(facts.takers.get(former, frozenset()) for former in step.other_than))
    assert DEPUTY not in earlier
    if name is not None:
        assert name == ABSENT
        assert name not in earlier
        assert not is_excluded(viewer_of(one), exclusion)
        deciding = one.permissions & (PASSING - HANDLING) & step.permissions
        assert officer == ABSENT or (by_himself and facts.track is not Track.DISCIPLINE and deciding)
    elif action is not Action.RECUSE:
        assert other.office_id == 2 or action in OF_CUSTODY


def test_two_periods_meet_when_they_share_a_day() -> None:
    one = Period(date(2026, 12, 1), date(2026, 12, 3))
    assert one.meets(Period(date(2026, 12, 3), date(2026, 12, 9)))
    assert one.meets(Period(date(2026, 11, 1), date(2026, 12, 1)))
    assert not one.meets(Period(date(2026, 12, 4), date(2026, 12, 9)))
