"""`funds …`: the sums behind the year pages."""

from portal.cli.terminal import PortalCommand, PortalGroup, answer, as_json
from portal.usecases.fund_totals import rebuild_figures

funds = PortalGroup("funds", help="资金总览：重新汇总")


@funds.command("rebuild", cls=PortalCommand)
@as_json
def rebuild(as_json: bool) -> None:
    """按现在公开的预算和分配，重新汇总各年数字；平时在公开和撤下时自动汇总，不需要运行。"""
    count = rebuild_figures()
    answer({"publications": count}, f"已按{count}件公开内容重新汇总", as_json=as_json)
