"""Roles, what each permits, and the actor that carries them. Deny by default."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NewType

from portal.domain.errors import NotAllowedError, RefusedError
from portal.domain.messages import N_
from portal.domain.offices import OfficeKind

AccountId = NewType("AccountId", int)


class Role(StrEnum):
    """Roles of staff; a role counts in the account's office and every office below it."""

    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    VILLAGE_PRINTER = "village_printer"
    CASE_DISPATCHER = "case_dispatcher"
    CASE_OFFICER = "case_officer"
    CASE_APPROVER = "case_approver"
    SUPERVISOR = "supervisor"
    IDENTITY_CUSTODIAN = "identity_custodian"
    DISCIPLINE_OFFICER = "discipline_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that somebody may be allowed to do."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"
    SEE_NOTICES = "see_notices"
    SEE_DRAFTS = "see_drafts"
    RECORD_POSTING = "record_posting"
    PRINT_FULL_NAMES = "print_full_names"
    OPEN_SEALED_LIST = "open_sealed_list"
    READ_AUDIT_LOG = "read_audit_log"
    MANAGE_OFFICES = "manage_offices"
    MANAGE_ACCOUNTS = "manage_accounts"
    USE_DESK = "use_desk"
    SEE_CASES = "see_cases"
    REGISTER_CASES = "register_cases"
    DISPATCH_CASES = "dispatch_cases"
    HANDLE_CASES = "handle_cases"
    APPROVE_CASES = "approve_cases"
    SUPERVISE_CASES = "supervise_cases"
    OPEN_IDENTITY = "open_identity"
    HANDLE_DISCIPLINE = "handle_discipline"
    HOLD_DESK_KEY = "hold_desk_key"
    SEE_ANSWERS = "see_answers"
    SEE_WARNINGS = "see_warnings"
    HANDLE_WARNINGS = "handle_warnings"
    SEE_PROXY_COLLECTORS = "see_proxy_collectors"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DRAFTER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_NOTICES,
            Permission.SEE_DRAFTS,
            Permission.DRAFT,
            Permission.RECORD_POSTING,
            Permission.SEE_WARNINGS,
            Permission.HANDLE_WARNINGS,
            Permission.SEE_PROXY_COLLECTORS,
        }
    ),
    Role.REVIEWER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_NOTICES,
            Permission.SEE_DRAFTS,
            Permission.REVIEW,
            Permission.OPEN_SEALED_LIST,
            Permission.SEE_WARNINGS,
            Permission.HANDLE_WARNINGS,
            Permission.SEE_PROXY_COLLECTORS,
        }
    ),
    Role.PUBLISHER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_NOTICES,
            Permission.SEE_DRAFTS,
            Permission.PUBLISH,
            Permission.RECORD_POSTING,
            Permission.OPEN_SEALED_LIST,
            Permission.SEE_ANSWERS,
            Permission.SEE_WARNINGS,
            Permission.HANDLE_WARNINGS,
        }
    ),
    Role.VILLAGE_PRINTER: frozenset(
        {Permission.USE_DESK, Permission.SEE_NOTICES, Permission.PRINT_FULL_NAMES, Permission.RECORD_POSTING}
    ),
    Role.CASE_DISPATCHER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_CASES,
            Permission.REGISTER_CASES,
            Permission.DISPATCH_CASES,
            Permission.HOLD_DESK_KEY,
        }
    ),
    Role.CASE_OFFICER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_CASES,
            Permission.REGISTER_CASES,
            Permission.HANDLE_CASES,
            Permission.HOLD_DESK_KEY,
            Permission.SEE_ANSWERS,
        }
    ),
    Role.CASE_APPROVER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_CASES,
            Permission.APPROVE_CASES,
            Permission.HOLD_DESK_KEY,
            Permission.SEE_ANSWERS,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_CASES,
            Permission.SUPERVISE_CASES,
            Permission.SEE_WARNINGS,
            Permission.HANDLE_WARNINGS,
        }
    ),
    Role.IDENTITY_CUSTODIAN: frozenset({Permission.USE_DESK, Permission.OPEN_IDENTITY, Permission.HOLD_DESK_KEY}),
    Role.DISCIPLINE_OFFICER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_CASES,
            Permission.REGISTER_CASES,
            Permission.HANDLE_DISCIPLINE,
            Permission.HOLD_DESK_KEY,
            Permission.SEE_WARNINGS,
        }
    ),
    Role.AUDITOR: frozenset({Permission.USE_DESK, Permission.READ_AUDIT_LOG}),
    Role.ADMINISTRATOR: frozenset({Permission.USE_DESK, Permission.MANAGE_OFFICES, Permission.MANAGE_ACCOUNTS}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """The union of what roles grant."""
    return frozenset().union(*(GRANTS[role] for role in roles))


_WATCH_AND_MANAGE = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})
_OF_DISCIPLINE = _WATCH_AND_MANAGE | {Role.DISCIPLINE_OFFICER}
_OF_CASES = frozenset({Role.CASE_DISPATCHER, Role.CASE_OFFICER, Role.CASE_APPROVER, Role.IDENTITY_CUSTODIAN})


def roles_in(office: OfficeKind) -> frozenset[Role]:
    """The roles that accounts of an office may hold.

    Discipline inspection neither publishes nor answers for the bureaus that it watches; many a case is about a bank.
    """
    match office:
        case OfficeKind.DISCIPLINE:
            return _OF_DISCIPLINE
        case OfficeKind.AGENT_BANK:
            return frozenset(Role) - _OF_CASES - {Role.DISCIPLINE_OFFICER}
        case _:
            return frozenset(Role) - {Role.DISCIPLINE_OFFICER}


@dataclass(frozen=True, slots=True)
class Standing:
    """An absent colleague for whom somebody stands in now (A/B 角), and what of his passes: domain/delegations.py.

    `on_assigned` counts on the cases that are assigned to him, `on_others` on every other one that he reaches.
    """

    account_id: AccountId
    display_name: str
    office_path: str
    division_path: str
    on_assigned: frozenset[Permission]
    on_others: frozenset[Permission]
    last_on: date


@dataclass(frozen=True, slots=True)
class Actor:
    """The member of staff who acts: who, in which office (`office_path` decides the scope), with which roles.

    `standings` are asked for at an instant (queries/delegations.py); nothing of them is among his own permissions.
    """

    account_id: AccountId
    username: str
    display_name: str
    office_id: int
    office_name: str
    office_path: str
    division_code: str
    division_path: str
    roles: frozenset[Role]
    standings: tuple[Standing, ...] = ()

    @property
    def handles_for(self) -> tuple[AccountId, ...]:
        """Whose cases are his to handle: his own, and those of whom he stands in for."""
        return (self.account_id, *(one.account_id for one in self.standings if one.on_assigned))

    @property
    def alone(self) -> "Actor":
        """The same person in his own right: what is no step of a case, such as publishing its answer, never passes."""
        return replace(self, standings=())

    @property
    def permissions(self) -> frozenset[Permission]:
        """The union of what the roles grant."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Whether any role grants it; the scope is asked separately, as a predicate of the query."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise NotAllowedError unless a role grants it."""
        if not self.may(permission):
            raise NotAllowedError(N_("您的角色不允许这样做"))


def check_roles(roles: frozenset[Role], office: OfficeKind) -> None:
    """Raise RefusedError for roles that one account may not hold together, or not in its office.

    An administrator decides who may act, so the same person neither acts nor watches: the role stands alone.
    """
    if not roles:
        raise RefusedError(N_("至少选择一个角色"))
    if Role.ADMINISTRATOR in roles and Role.AUDITOR in roles:
        raise RefusedError(N_("同一账号不能既是管理员又是审计员"))
    if Role.ADMINISTRATOR in roles and len(roles) > 1:
        raise RefusedError(N_("管理员只管理账号和单位，不能兼任其他角色"))
    if not roles <= roles_in(office):
        raise RefusedError(N_("这类单位的账号不能有所选的角色"))
