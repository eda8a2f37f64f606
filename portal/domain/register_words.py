"""Sentences about a register that page and paper share."""

from portal.domain.messages import N_, Message
from portal.domain.registers import RegisterKind

_EXPLAINED = {
    RegisterKind.RESERVE_FUND: N_(
        "备用金放在镇（街道），急难的人当天就能拿到钱；用了多少、还剩多少，按时段公布：期初额度加增加减使用等于余额。"
    ),
    RegisterKind.RETURNS: N_("已经发出、又被银行退回或依规定收回的钱。它不从“已发放”里扣减，两个数分开写。"),
    RegisterKind.CASH: N_("没有打进账户、当面发放的现金：多用于急难的人和没有账户的人。"),
    RegisterKind.GOODS: N_("发放的实物：是什么、多少、折合多少钱。"),
    RegisterKind.FEE_WAIVERS: N_("代发银行对救助对象减免的手续费：哪家银行、免了什么、涉及多少人次。"),
    RegisterKind.DISBURSEMENTS: N_(
        "从财政国库转出的救助资金：哪一天、给哪个地方、什么项目和来源、依据哪个文号。"
        "县级的不分镇街写，免得和发放的数字相减，推出少数人的情况；账号和支付凭证号不公开。"
    ),
}


def explained(kind: RegisterKind) -> Message:
    """What a kind of register tells, in plain words."""
    return Message(_EXPLAINED[kind])


def small_register(least: int) -> Message:
    """What stands in place of the figures of a register about a few persons."""
    return Message(N_("这份登记不足%(least)d人次，为保护隐私，不单列金额和人次。"), {"least": least})


def hidden_rows(least: int) -> Message:
    """What explains 其余."""
    text = N_(
        "不足%(least)d人次的行不单列，和另外几行一起并入“其余”，原先没有单列的以后也不单列；各行与其余相加等于合计。"
    )
    return Message(text, {"least": least})
