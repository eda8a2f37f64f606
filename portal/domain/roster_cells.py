"""One cell at a time: its value, or the sentence that says what is wrong and what to do.

Every reader answers with the value, with None for a cell that is rightly empty, or with a Message.
"""

import contextlib
import re
from decimal import Decimal

from portal.domain.causes import Cause, choice_key
from portal.domain.divisions import Division
from portal.domain.errors import InvalidError, PortalError
from portal.domain.identity_numbers import IdentityFault, fault, normal_form
from portal.domain.messages import N_, Message
from portal.domain.money import MoneyUnit, parse_yuan
from portal.domain.programs import AssistanceType
from portal.domain.roster_headings import RosterColumn
from portal.domain.roster_values import RosterRequest
from portal.domain.roster_villages import VillageFault
from portal.domain.sheets import Cell, CellKind, compact

_COUNT = re.compile(r"(?P<digits>\d{1,3})(?:\.0*)?[人口个名]?")
_CHINESE_COUNT = re.compile(r"(?P<digit>[一二两三四五六七八九十])[人口个名]?")
_CHINESE_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_EMPTY_WORDS = frozenset(
    {"", "-", "—", "--", "——", "/", "\\", "无", "空", "暂无", "不详", "null", "NULL", "None", "nan", "NaN"}
)
_MOST_IN_A_HOUSEHOLD = 50
_MOST_YUAN = 100_000
NO_FIGURE = Decimal(10**10)
"""From here on a number is a telephone, an account or a person: it is neither added up nor repeated in a report."""
_SHOWABLE_VILLAGE = re.compile(r"[^\d]{2,12}(?:村|社区|居委会|居|庄|屯|寨|集|店|楼)")

_IDENTITY_WORDS = {
    IdentityFault.DIGITS_LOST: N_(
        "身份证号码被存成了数字，末位已丢失，无法恢复：请把该列设为文本格式后，按证件重新填写18位号码"
    ),
    IdentityFault.OLD_NUMBER: N_("这是15位旧身份证号码：请按现用证件填写18位号码"),
    IdentityFault.LENGTH: N_("身份证号码不是18位：请按证件核对后填写"),
    IdentityFault.CHARACTERS: N_("身份证号码里有数字和末位X以外的字符：请按证件核对后填写"),
    IdentityFault.DATE: N_("身份证号码里的出生日期不存在：请按证件核对后填写"),
    IdentityFault.CHECK: N_("身份证号码校验位不对，至少有一位写错：请按证件核对后填写"),
}
_TYPE_WORDS = (
    (re.compile(r"快救|小额"), AssistanceType.SMALL_GRANT),
    (re.compile(r"急难|先行"), AssistanceType.EMERGENCY),
    (re.compile(r"支出"), AssistanceType.EXPENDITURE),
)


def broken(cell: Cell) -> Message | None:
    """The sentence for a cell that holds no value but a failed or never computed formula."""
    if cell.kind is CellKind.ERROR:
        return Message(N_("公式出错，没有结果：请改正公式，或直接填写数值"))
    if cell.kind is CellKind.FORMULA:
        return Message(N_("公式没有保存计算结果：请用WPS或Excel打开并保存一次，或直接填写数值"))
    return None


def is_empty(cell: Cell) -> bool:
    """Whether nothing is written here, a dash or 无 counting as nothing."""
    return cell.kind is CellKind.EMPTY or (cell.kind is CellKind.TEXT and compact(cell.text) in _EMPTY_WORDS)


def missing(column: RosterColumn) -> Message:
    """The sentence for a needed cell in which nothing is written."""
    return Message(_MISSING.get(column, N_("这一格是空的：请补填，或删去这一行")))


_MISSING = {
    RosterColumn.NAME: N_("没有写姓名：请补填，或删去这一行"),
    RosterColumn.ID_NUMBER: N_("没有写身份证号码：请补填18位号码"),
    RosterColumn.VILLAGE: N_("没有写村（社区）：请补填"),
    RosterColumn.HOUSEHOLD_SIZE: N_("没有写家庭人口：请补填人数"),
    RosterColumn.PERSONS_COVERED: N_("没有写保障人口：请补填人数"),
    RosterColumn.AMOUNT: N_("没有写金额（空白，或公式没有结果）：请补填以元为单位的数值"),
    RosterColumn.ASSISTANCE_TYPE: N_("没有写救助类型：请填支出型或急难型"),
    RosterColumn.CAUSE: N_("没有写救助事由：请填重大疾病、就学、意外事故、灾害、其他之一"),
}


def read_name(cell: Cell, request: RosterRequest) -> str | Message | None:
    """The cleaned name; the masking rule's own sentence, which never quotes the name, says what is wrong."""
    if is_empty(cell):
        return None
    if cell.kind is CellKind.TEXT:
        try:
            return request.clean_name(cell.text)
        except PortalError as error:
            return error.message
    return Message(N_("姓名里只能有汉字和间隔号：这一格请只填姓名"))


def read_identity(cell: Cell) -> str | Message | None:
    """The identity number in normal form."""
    if is_empty(cell):
        return None
    number = normal_form(cell.text)
    found = fault(number, was_number=cell.kind is CellKind.NUMBER)
    return Message(_IDENTITY_WORDS[found]) if found else number


def read_village(cell: Cell, township: Cell, request: RosterRequest) -> Division | Message | None:
    """The village that a cell names."""
    if is_empty(cell):
        return None
    found = request.villages.find(cell.text, "" if township.kind is CellKind.EMPTY else township.text)
    if found is VillageFault.AMBIGUOUS:
        return Message(N_("有几个乡镇（街道）都有这个村（社区）名：请在村名前写上乡镇（街道）"))
    if isinstance(found, Division):
        return found
    likely = request.villages.suggestion(cell.text)
    if likely:
        return Message(N_("本地没有这个村（社区），是否为%(likely)s：请按规范名称改写"), {"likely": likely})
    return Message(N_("本地没有这个村（社区）：请按规范名称改写，并核对是否选对了乡镇（街道）"))


def shown_village(cell: Cell) -> str | None:
    """The text of a village cell when it can only be a place, None when it may be anything."""
    plain = compact(cell.text)
    return plain if _SHOWABLE_VILLAGE.fullmatch(plain) else None


def read_count(cell: Cell) -> int | Message | None:
    """A number of persons."""
    if is_empty(cell):
        return None
    plain = compact(cell.text).strip("'‘’`")
    digits = _COUNT.fullmatch(plain) if cell.kind in {CellKind.NUMBER, CellKind.TEXT} else None
    chinese = _CHINESE_COUNT.fullmatch(plain)
    number = int(digits["digits"]) if digits else _CHINESE_DIGITS[chinese["digit"]] if chinese else None
    if number is None:
        return Message(N_("人数要写成正整数：请改正"))
    if number == 0:
        return Message(N_("人数不能是0：请改正，或删去这一行"))
    if number > _MOST_IN_A_HOUSEHOLD:
        return Message(N_("一户超过%(most)d人，请核对是否填错了列"), {"most": _MOST_IN_A_HOUSEHOLD})
    return number


def read_yuan(cell: Cell, unit: MoneyUnit) -> Decimal | Message | None:
    """An amount in yuan as it is written, to be judged by `amount_fault`."""
    if is_empty(cell):
        return None
    if cell.kind is not CellKind.DATE:
        with contextlib.suppress(InvalidError):
            yuan = parse_yuan(cell.text, unit)
            return yuan if abs(yuan) < NO_FIGURE else _too_much()
    return Message(N_("金额读不出来：请只写以元为单位的数字，例如820或820.50"))


def amount_fault(yuan: Decimal) -> Message | None:
    """What is wrong with an amount that can be read."""
    if yuan < 0:
        return Message(N_("金额是负数：请核对；追回、扣减不列在名单里，另行登记"))
    if yuan == 0:
        return Message(N_("金额是0：请核对，或删去这一行"))
    if yuan * 100 != (yuan * 100).to_integral_value():
        return Message(N_("金额超过两位小数：请四舍五入到分"))
    if yuan > _MOST_YUAN:
        return _too_much()
    return None


def _too_much() -> Message:
    return Message(N_("金额超过%(most)d元，疑为单位或小数点写错：请按元核对"), {"most": _MOST_YUAN})


def read_type(cell: Cell) -> AssistanceType | Message | None:
    """The assistance type."""
    if is_empty(cell):
        return None
    return type_in(cell.text) or Message(N_("不认识这个救助类型：请填支出型、急难型或小额快救"))


def type_in(text: str) -> AssistanceType | None:
    """The assistance type that a text speaks of."""
    plain = compact(text)
    return next((kind for pattern, kind in _TYPE_WORDS if pattern.search(plain)), None)


def read_cause(cell: Cell, request: RosterRequest) -> Cause | Message | None:
    """The cause from the closed list: the clerk's own choice before the keywords."""
    if is_empty(cell):
        return None
    found = request.cause_choices.get(choice_key(cell.text)) or request.causes.cause_of(cell.text)
    return found or Message(N_("事由归不进规定的类别：请选重大疾病、就学、意外事故、灾害、其他之一"))
