"""What money of social assistance is told by besides its place: where it comes from."""

from enum import StrEnum


class FundSource(StrEnum):
    """Who gives the money (资金来源)."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    DONATION = "donation"


class FundUse(StrEnum):
    """Whether money reaches people, or pays for the offices' work (工作经费), which is never taken from the former."""

    RELIEF = "relief"
    WORK = "work"


SOURCE_NAMES = {
    FundSource.CENTRAL: "中央资金",
    FundSource.PROVINCE: "省级资金",
    FundSource.CITY: "市级资金",
    FundSource.COUNTY: "县级资金",
    FundSource.DONATION: "社会捐赠",
}
"""How papers name a source; pages have labels of their own."""
