"""`proxies list`: the register of 委托代领 for operators who script reminders; never a name."""

from typing import Any

import click

from portal.cli.terminal import PortalGroup, answer, as_json
from portal.domain.instants import shanghai_date
from portal.queries.proxy_collectors import ProxyLine, all_proxies
from portal.usecases import clock

proxies = PortalGroup("proxies", help="委托代领：登记的编号、地方和复核期限，不含姓名")


@proxies.command("list")
@click.option("--due", "only_due", is_flag=True, help="只列复核已经过期的")
@as_json
def list_proxies(*, only_due: bool, as_json: bool) -> None:
    """列出代领登记，最早到期的在前；只有编号、地方、日期和状态。"""
    lines = [_facts(line) for line in all_proxies(shanghai_date(clock.now()), only_due=only_due)]
    answer({"proxies": lines}, *("  ".join(map(str, line.values())) for line in lines), as_json=as_json)


def _facts(line: ProxyLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "place": line.place,
        "office": line.office_name,
        "state": str(line.state),
        "valid_from": line.valid_from.isoformat(),
        "review_due_on": line.review_due_on.isoformat(),
        "is_overdue": line.is_overdue,
    }
