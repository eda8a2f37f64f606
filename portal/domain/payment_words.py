"""Sentences about a batch of payments that page and paper share."""

from portal.domain.messages import N_, Message

WHERE_IS_MY_MONEY = (
    N_("先看一本通：发放日期过了 3 个工作日，到发卡的银行网点或柜员机查明细；卡、存折和密码要自己保管。"),
    N_("还没有到：打下面的电话问镇（街道）民政办，说姓名、村名、哪个月；银行退回的，要核对账号后补发。"),
    N_("问了没有结果：在本平台点“我要反映”，或者打 12345；有人代领、扣留、收手续费的，也请反映。"),
)
"""钱没到怎么办, in three steps; the same for every batch."""


def small_batch(least: int) -> Message:
    """What stands in place of the figures of a batch of a few persons."""
    return Message(N_("这一批不足%(least)d人或只有很少几户，为保护隐私，不单列户数、人数和金额。"), {"least": least})


def hidden_places(least: int) -> Message:
    """What explains 其余."""
    text = N_("不足%(least)d人或只有很少几户的村（社区）不单列，和另外几个一起并入“其余”；各行与其余相加等于合计。")
    return Message(text, {"least": least})


def untold_batches_of_year(count: int, least: int) -> Message:
    """The same of a year, beside its sums."""
    text = N_(
        "另有%(count)s份发放不足%(least)d人，为保护隐私不列人数和金额，也不计入这一页的已发放：它比实际少这几份。"
    )
    return Message(text, {"count": count, "least": least})


def untold_batches(count: int, least: int) -> Message:
    """Which batches no sum contains; how many they are tells nothing that their own pages do not."""
    text = N_(
        "这个月有%(count)d份不足%(least)d人或只有很少几户的，不列户数、人数和金额，也不计入县和市的发放合计，合计比实际少这几份。"
    )
    return Message(text, {"count": count, "least": least})
