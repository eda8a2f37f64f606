"""`duties list`: how the disclosure catalogue is kept, for offices that script it."""

from typing import Any

import click

from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.duties import tally
from portal.domain.errors import NotFoundError
from portal.domain.messages import N_
from portal.queries.divisions import division_tree
from portal.queries.duties import DutyCell, every_duty
from portal.usecases import clock

duties = PortalGroup("duties", help="公开目录：每一项按期公开了没有")


@duties.command("list")
@click.option("--late", is_flag=True, help="只要超期和从未公开的")
@click.option("--division", default="", metavar="CODE", help="只要这个区划和它下面的")
@as_json
def list_duties(*, late: bool, division: str, as_json: bool) -> None:
    """列出各地每一项的状态、期限和最近一次公开。"""
    tree = division_tree()
    place = tree.by_code.get(division or tree.city.code)
    if place is None:
        raise NotFoundError(N_("没有这个区划：%(code)s"), code=division)
    cells = every_duty(place, tree, services().rulebook.duties, at=clock.now())
    counted = tally(cell.state for cell in cells)
    lines = [_facts(cell) for cell in cells if cell.is_missed or not late]
    totals = {"kept": counted.kept, "missed": counted.missed, "counted": counted.counted}
    told = (f"{one['division']} {one['duty']} {one['state']} {one['due_on'] or ''}" for one in lines)
    answer({**totals, "duties": lines}, *told, _sentence(totals), as_json=as_json)


def _sentence(totals: dict[str, int]) -> str:
    return f"共{totals['counted']}项，按期{totals['kept']}项，超期或从未公开{totals['missed']}项"


def _facts(cell: DutyCell) -> dict[str, Any]:
    due_on, fulfilled_on = cell.standing.due_on, cell.standing.fulfilled_on
    return {
        "division": cell.place.code,
        "duty": cell.rule.duty.code,
        "state": str(cell.state),
        "due_on": due_on.isoformat() if due_on else None,
        "fulfilled_on": fulfilled_on.isoformat() if fulfilled_on else None,
        "number": cell.number,
        "reason": cell.standing.reason,
    }
