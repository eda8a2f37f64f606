"""Roles, what each permits, and the actor that carries them. Deny by default."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

AccountId = NewType("AccountId", int)


class Role(StrEnum):
    """Roles of staff; a role counts in the account's office and every office below it."""

    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    VILLAGE_PRINTER = "village_printer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that somebody may be allowed to do."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"
    SEE_DRAFTS = "see_drafts"
    RECORD_POSTING = "record_posting"
    PRINT_FULL_NAMES = "print_full_names"
    OPEN_SEALED_LIST = "open_sealed_list"
    READ_AUDIT_LOG = "read_audit_log"
    MANAGE_OFFICES = "manage_offices"
    MANAGE_ACCOUNTS = "manage_accounts"
    USE_DESK = "use_desk"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DRAFTER: frozenset({Permission.USE_DESK, Permission.SEE_DRAFTS, Permission.DRAFT, Permission.RECORD_POSTING}),
    Role.REVIEWER: frozenset(
        {Permission.USE_DESK, Permission.SEE_DRAFTS, Permission.REVIEW, Permission.OPEN_SEALED_LIST}
    ),
    Role.PUBLISHER: frozenset(
        {
            Permission.USE_DESK,
            Permission.SEE_DRAFTS,
            Permission.PUBLISH,
            Permission.RECORD_POSTING,
            Permission.OPEN_SEALED_LIST,
        }
    ),
    Role.VILLAGE_PRINTER: frozenset({Permission.USE_DESK, Permission.PRINT_FULL_NAMES, Permission.RECORD_POSTING}),
    Role.AUDITOR: frozenset({Permission.USE_DESK, Permission.READ_AUDIT_LOG}),
    Role.ADMINISTRATOR: frozenset({Permission.USE_DESK, Permission.MANAGE_OFFICES, Permission.MANAGE_ACCOUNTS}),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The member of staff who acts: who, in which office (`office_path` decides the scope), with which roles."""

    account_id: AccountId
    username: str
    display_name: str
    office_id: int
    office_name: str
    office_path: str
    division_code: str
    division_path: str
    roles: frozenset[Role]

    @property
    def permissions(self) -> frozenset[Permission]:
        """The union of what the roles grant."""
        return frozenset().union(*(GRANTS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Whether any role grants it; the scope is asked separately, as a predicate of the query."""
        return permission in self.permissions
