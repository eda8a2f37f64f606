"""Offices (主管单位、承办单位) as the rules see them."""

from enum import StrEnum


class OfficeKind(StrEnum):
    """What an office is; it decides which desks may be set up in it."""

    CIVIL_AFFAIRS = "civil_affairs"
    TOWNSHIP = "township"
    FINANCE = "finance"
    DISCIPLINE = "discipline"
    AGENT_BANK = "agent_bank"
