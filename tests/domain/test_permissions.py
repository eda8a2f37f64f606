from itertools import combinations

import pytest

from portal.domain.errors import NotAllowedError, RefusedError
from portal.domain.offices import OfficeKind
from portal.domain.permissions import GRANTS, AccountId, Actor, Permission, Role, check_roles, roles_in

BUREAU = OfficeKind.CIVIL_AFFAIRS


def _actor(*roles: Role) -> Actor:
    return Actor(AccountId(1), "zhang_san", "张三", 1, "济宁市民政局", "1/", "370800", "370800/", frozenset(roles))


def test_nobody_is_administrator_and_auditor():
    with pytest.raises(RefusedError):
        check_roles(frozenset({Role.ADMINISTRATOR, Role.AUDITOR}), BUREAU)


@pytest.mark.parametrize("other", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_an_administrator_does_nothing_else(other: Role):
    with pytest.raises(RefusedError):
        check_roles(frozenset({Role.ADMINISTRATOR, other}), BUREAU)


def test_an_account_without_a_role_is_refused():
    with pytest.raises(RefusedError):
        check_roles(frozenset(), BUREAU)


def test_other_roles_may_be_held_together():
    for office in OfficeKind:
        for pair in combinations(roles_in(office) - {Role.ADMINISTRATOR}, 2):
            check_roles(frozenset(pair), office)


def test_discipline_inspection_keeps_to_itself_and_banks_handle_no_cases():
    for office, role in (
        (BUREAU, Role.DISCIPLINE_OFFICER),
        (OfficeKind.DISCIPLINE, Role.CASE_OFFICER),
        (OfficeKind.DISCIPLINE, Role.PUBLISHER),
        (OfficeKind.AGENT_BANK, Role.CASE_OFFICER),
        (OfficeKind.AGENT_BANK, Role.DISCIPLINE_OFFICER),
    ):
        with pytest.raises(RefusedError):
            check_roles(frozenset({role}), office)


def test_an_administrator_sees_no_content_and_an_auditor_changes_nothing():
    content = {Permission.DRAFT, Permission.REVIEW, Permission.PUBLISH, Permission.SEE_DRAFTS}
    private = {Permission.PRINT_FULL_NAMES, Permission.OPEN_SEALED_LIST}
    assert not GRANTS[Role.ADMINISTRATOR] & (content | private)
    assert GRANTS[Role.AUDITOR] == {Permission.USE_DESK, Permission.READ_AUDIT_LOG}


def test_neither_administrator_nor_auditor_touches_a_case():
    of_cases = {
        Permission.SEE_CASES, Permission.REGISTER_CASES, Permission.DISPATCH_CASES, Permission.HANDLE_CASES,
        Permission.APPROVE_CASES, Permission.SUPERVISE_CASES, Permission.OPEN_IDENTITY, Permission.HANDLE_DISCIPLINE,
        Permission.HOLD_DESK_KEY,
    }  # fmt: skip
    assert not (GRANTS[Role.ADMINISTRATOR] | GRANTS[Role.AUDITOR]) & of_cases


def test_who_handles_a_case_neither_approves_nor_learns_a_hidden_identity():
    assert not GRANTS[Role.CASE_OFFICER] & {Permission.APPROVE_CASES, Permission.OPEN_IDENTITY}
    assert Permission.SEE_CASES not in GRANTS[Role.IDENTITY_CUSTODIAN]


def test_what_no_role_grants_is_denied():
    with pytest.raises(NotAllowedError):
        _actor(Role.DRAFTER).require(Permission.PUBLISH)
    with pytest.raises(NotAllowedError):
        _actor().require(Permission.USE_DESK)
    _actor(Role.DRAFTER, Role.PUBLISHER).require(Permission.PUBLISH)
