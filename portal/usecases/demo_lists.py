"""Invented recipients and the sheets in which an office would hand them in; nothing of it is drawn from life."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import StringIO
from random import Random
from typing import Any

from portal.domain.causes import Cause
from portal.domain.divisions import Division
from portal.domain.identity_numbers import check_character
from portal.domain.notices import NoticeKind
from portal.domain.programs import PROGRAM_SHORT_NAMES, AssistanceType, Program

AREA = "379999"
"""An area code of GB/T 2260 that was never issued, so that a sample person is never taken for a real one."""

PEOPLE_PER_LIST = 2000
"""Every place and programme has its own range of numbers of people, so that nobody stands in two lists by chance."""

_BORN_FROM, _DAYS = date(1936, 1, 1), 23_000
_MINORS_FROM, _MINORS_DAYS = date(2012, 1, 1), 1_500
_HEADINGS = {
    Program.SUBSISTENCE_ALLOWANCE: (
        "序号", "村（社区）", "申请人姓名", "身份证号码", "家庭人口", "保障人口", "月保障金额", "银行账号", "联系电话",
    ),
    Program.EXTREME_POVERTY_SUPPORT: (
        "序号", "村居", "姓名", "公民身份号码", "供养形式", "护理等级", "银行账号", "联系电话",
    ),
    Program.TEMPORARY_ASSISTANCE: (
        "序号", "所在村", "姓名", "身份证号", "救助类型", "救助事由", "救助金额", "银行账号", "联系电话",
    ),
}  # fmt: skip
_KINDS = {
    NoticeKind.FIRST_REVIEW: "初审对象名单",
    NoticeKind.RESULT: "对象名单",
    NoticeKind.TERMINATION: "拟终止对象名单",
}
_TYPES = {AssistanceType.EXPENDITURE: "支出型", AssistanceType.EMERGENCY: "急难型"}


@dataclass(frozen=True, slots=True, repr=False)
class Household:
    """One row of a sheet; its repr tells nothing, as if the person were real."""

    village: str
    name: str
    id_number: str
    size: int
    covered: int
    yuan: int
    type: AssistanceType
    cause: str
    account: str
    phone: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list is wanted: of what, of which place and month, and which of the place's people stand in it."""

    kind: NoticeKind
    program: Program
    place: Division
    month: date
    first: int
    count: int
    villages: int = 5


@dataclass(frozen=True, slots=True)
class Census:
    """The invented people of all places; asked twice, it answers the same."""

    seed: str
    words: Mapping[str, Any] = field(repr=False)
    villages: Mapping[str, Sequence[Division]] = field(repr=False)
    """The villages of each place that bring lists, by its code; their order numbers the people."""

    def households(self, wanted: Wanted) -> list[Household]:
        """The people of a list, village by village; only 临时救助 has some 急难型 among them."""
        numbers = range(wanted.first, wanted.first + wanted.count)
        found = [self._household(wanted, number) for number in numbers]
        return sorted(found, key=lambda one: one.village)

    def _household(self, wanted: Wanted, number: int) -> Household:
        # Sample data must come out the same from the same seed; nothing here is a secret.
        dice = Random(f"{self.seed}:{wanted.place.code}:{wanted.program}:{number}")  # noqa: S311
        serial = self._serial(wanted, number)
        size = dice.choice((1, 1, 2, 2, 3, 3, 4, 5))
        covered = dice.randint(1, size)
        kind = AssistanceType.EMERGENCY if number % 9 == 8 else AssistanceType.EXPENDITURE  # noqa: PLR2004 - every ninth
        return Household(
            village=self._village(wanted, dice),
            name=self._name(dice),
            id_number=_identity(serial, minor=dice.random() < 0.02),  # noqa: PLR2004 - one in fifty
            size=size,
            covered=covered,
            yuan=_yuan(wanted.program, covered, dice),
            type=kind,
            cause=dice.choice(self.words["causes"][dice.choice(tuple(Cause))]),
            account=f"6223{serial:015d}",
            phone=f"1300000{serial % 10_000:04d}",
        )

    def _serial(self, wanted: Wanted, number: int) -> int:
        place = list(self.villages).index(wanted.place.code)
        program = list(Program).index(wanted.program)
        return (place * len(Program) + program) * PEOPLE_PER_LIST + number

    def _village(self, wanted: Wanted, dice: Random) -> str:
        """Many households in the first villages, one or two in the last: small villages need the masking most."""
        villages = self.villages[wanted.place.code][: wanted.villages]
        return villages[int(len(villages) * dice.random() ** 2)].display_name

    def _name(self, dice: Random) -> str:
        chance = dice.random()
        if chance < 0.005:  # noqa: PLR2004 - one in two hundred
            return str(dice.choice(self.words["minority_names"]))
        compound = chance < 0.03  # noqa: PLR2004 - one in forty
        surname: str = dice.choice(self.words["compound_surnames" if compound else "surnames"])
        return surname + "".join(dice.sample(self.words["given"], dice.choice((1, 2, 2, 2))))


def single_names(villages: Iterable[Division]) -> tuple[Division, ...]:
    """The villages whose shown name no other village of the place has; a list can name the others by code alone."""
    found = tuple(villages)
    names = Counter(village.display_name for village in found)
    return tuple(village for village in found if names[village.display_name] == 1)


def _identity(serial: int, *, minor: bool) -> str:
    """A well-formed number that nobody has; unique for every serial below half a million."""
    first, days, sequence = (_MINORS_FROM, _MINORS_DAYS, 500) if minor else (_BORN_FROM, _DAYS, 1)
    born = first + timedelta(days=serial * 37 % days)
    stem = f"{AREA}{born:%Y%m%d}{sequence + serial // days:03d}"
    return stem + check_character(stem)


def _yuan(program: Program, covered: int, dice: Random) -> int:
    if program is Program.TEMPORARY_ASSISTANCE:
        return dice.randrange(1200, 9000, 100)
    return covered * dice.randrange(260, 690, 10)


def sheet_of(wanted: Wanted, households: Sequence[Household]) -> bytes:
    """The list as a csv file, with the columns of accounts and phones that offices hand in and the import leaves.

    A workbook holds the same and takes four times as long to write and to read.
    """
    out = StringIO(newline="")
    page = csv.writer(out)
    page.writerow([title_of(wanted)])
    page.writerow([f"填报单位：{wanted.place.display_name}（示例数据）　　单位：元"])
    page.writerow(_HEADINGS[wanted.program])
    for number, one in enumerate(households, start=1):
        page.writerow(
            [number, one.village, one.name, one.id_number, *_values(wanted.program, one), one.account, one.phone]
        )
    if wanted.program is not Program.EXTREME_POVERTY_SUPPORT:
        blank = [""] * 3
        page.writerow(["合计", "", f"{len(households)}户", *blank, sum(one.yuan for one in households)])
    return out.getvalue().encode("utf-8-sig")


def title_of(wanted: Wanted) -> str:
    """The title over the list, from which the import reads the month."""
    short = PROGRAM_SHORT_NAMES[wanted.program]
    return (
        f"{wanted.place.display_name}{wanted.month:%Y年}{wanted.month.month}月{short}{_KINDS[wanted.kind]}（示例数据）"
    )


def _values(program: Program, one: Household) -> list[str | int]:
    match program:
        case Program.SUBSISTENCE_ALLOWANCE:
            return [one.size, one.covered, one.yuan]
        case Program.EXTREME_POVERTY_SUPPORT:
            return ["分散供养", "全自理"]
        case Program.TEMPORARY_ASSISTANCE:
            return [_TYPES[one.type], one.cause, one.yuan]
