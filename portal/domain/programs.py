"""The assistance programmes (救助项目) and their names on paper."""

from enum import StrEnum


class Program(StrEnum):
    """A programme of social assistance with notices of its own."""

    SUBSISTENCE_ALLOWANCE = "subsistence_allowance"
    EXTREME_POVERTY_SUPPORT = "extreme_poverty_support"
    TEMPORARY_ASSISTANCE = "temporary_assistance"


class AssistanceType(StrEnum):
    """Sub-kinds of temporary assistance (临时救助意见, 2026-01)."""

    EXPENDITURE = "expenditure"
    EMERGENCY = "emergency"
    SMALL_GRANT = "small_grant"


PROGRAM_NAMES = {
    Program.SUBSISTENCE_ALLOWANCE: "最低生活保障",
    Program.EXTREME_POVERTY_SUPPORT: "特困人员救助供养",
    Program.TEMPORARY_ASSISTANCE: "临时救助",
}
"""The names in full as papers and titles print them; the pages' labels are in web/labels."""

PROGRAM_SHORT_NAMES = {
    Program.SUBSISTENCE_ALLOWANCE: "低保",
    Program.EXTREME_POVERTY_SUPPORT: "特困",
    Program.TEMPORARY_ASSISTANCE: "临时救助",
}
