"""How an allocation was computed, in plain words, for page and paper alike."""

from fractions import Fraction

from portal.domain.allocation_tables import AllocationRow, AllocationTable, exact, plain
from portal.domain.allocations import AdjustmentKind, AllocationForm, Cutting, ResidueRule
from portal.domain.messages import N_, Message
from portal.domain.money import Fen, format_yuan

_FORMS = {
    AllocationForm.ADDITIVE: N_(
        "一个地方的份额，是把每个因素的权重乘以“本地数值 ÷ 各地数值之和”，再加起来。各因素：%(factors)s。"
    ),
    AllocationForm.PRODUCT: N_("一个地方的份额，是本地各因素的数值相乘，再除以各地这个乘积之和。各因素：%(factors)s。"),
    AllocationForm.STATED: N_("这份表没有公布因素，金额不能复算；每一笔的理由写在表里。"),
}
_CUTTINGS = {
    Cutting.DOWN: N_("用来按公式分配的共%(pool)s元，乘以份额，舍去不足%(unit)s元的部分。"),
    Cutting.NEAREST: N_("用来按公式分配的共%(pool)s元，乘以份额，四舍五入到%(unit)s元的整数倍。"),
}
_RESIDUES = {
    ResidueRule.LARGEST_REMAINDER: N_(
        "舍去以后余下%(residue)s元（尾差），按被舍去的余数从大到小，每个地方加%(unit)s元；余数相同的，区划代码小的在前。"
    ),
    ResidueRule.LARGEST: N_("舍去以后余下%(residue)s元（尾差），全部加给份额最大的地方。"),
    ResidueRule.FIRST: N_("舍去以后余下%(residue)s元（尾差），全部加给表中第一个地方。"),
    ResidueRule.LAST: N_("舍去以后余下%(residue)s元（尾差），全部加给表中最后一个地方。"),
}
_ROUNDED_RESIDUES = {
    ResidueRule.LARGEST: N_("四舍五入以后，总额减去各地之和是%(residue)s元（尾差），全部计入份额最大的地方。"),
    ResidueRule.FIRST: N_("四舍五入以后，总额减去各地之和是%(residue)s元（尾差），全部计入表中第一个地方。"),
    ResidueRule.LAST: N_("四舍五入以后，总额减去各地之和是%(residue)s元（尾差），全部计入表中最后一个地方。"),
}
_ADJUSTMENTS = {
    AdjustmentKind.BASE_AMOUNT: N_("基数%(amount)s元，不按公式分配"),
    AdjustmentKind.FLOOR_AMOUNT: N_("保底调增%(amount)s元"),
    AdjustmentKind.CAP_AMOUNT: N_("封顶调减%(amount)s元"),
    AdjustmentKind.ADVANCE_ALLOCATION: N_("扣减提前下达%(amount)s元"),
    AdjustmentKind.CARRY_OVER: N_("扣减结转%(amount)s元"),
    AdjustmentKind.RESERVE: N_("预留%(amount)s元，不按公式分配"),
}


def formula_words(table: AllocationTable) -> tuple[Message, ...]:
    """The formula, the cutting off, and where the residue went, one sentence each."""
    factors = "、".join(_factor(one.name, one.weight) for one in table.scheme.factors)
    form = Message(_FORMS[table.scheme.form], {"factors": factors})
    if table.scheme.form is AllocationForm.STATED:
        return (form,)
    unit = format_yuan(Fen(table.scheme.unit_fen))
    cut = _CUTTINGS[table.scheme.cutting]
    return (form, Message(cut, {"pool": format_yuan(table.scheme.pool_fen), "unit": unit}), *_residue(table, unit))


def _residue(table: AllocationTable, unit: str) -> tuple[Message, ...]:
    residue = table.residue_fen
    if not residue:
        return (Message(N_("正好分完，没有尾差。")),)
    words = _RESIDUES if table.scheme.cutting is Cutting.DOWN else _ROUNDED_RESIDUES
    told = Message(words[table.scheme.residue], {"residue": format_yuan(residue), "unit": unit})
    if table.equals:
        return (told, Message(N_("这份表里，换一种尾差规则也会得出同样的金额。")))
    return (told,)


def _factor(name: str, weight: Fraction | None) -> str:
    """A name that ends with a figure or a Latin letter stays apart from its weight: 因素1 30%."""
    gap = " " if name[-1:].isascii() and name[-1:].isalnum() else ""
    return name if weight is None else f"{name}{gap}{shown_weight(weight)}"


def shown_weight(weight: Fraction) -> str:
    """A weight as a percentage, or as a fraction where no percentage is exact: 60%, 62.5%, 1/3."""
    text = exact(weight)
    return text if "/" in text else f"{plain(100 * weight)}%"


def reasons_of(row: AllocationRow) -> tuple[Message, ...]:
    """Why the final amount is not the computed one: adjustments by kind, then the words of the office."""
    adjusted = [
        Message(_ADJUSTMENTS[kind], {"amount": format_yuan(Fen(abs(amount)))}) for kind, amount in row.adjustments
    ]
    return (*adjusted, Message(row.reason)) if row.reason else tuple(adjusted)
