"""`desks list`: which desks open sealed cases, who holds them, and which have too few holders."""

from typing import Any

from portal.cli.terminal import PortalGroup, actor_by, answer, as_json, by
from portal.queries.case_desks import CaseDesk, opened_desks

desks = PortalGroup("desks", help="打开加密诉求件的受理台")


@desks.command("list")
@by
@as_json
def list_desks(*, by: str | None, as_json: bool) -> None:
    """列出已启用的受理台和持有密钥的账号；持有人不足两人的标出。"""
    found = opened_desks(actor_by(by))
    lines = (_line(desk) for desk in found)
    answer({"desks": [_facts(desk) for desk in found]}, *lines, as_json=as_json)


def _facts(desk: CaseDesk) -> dict[str, Any]:
    return {
        "office": desk.office_name,
        "kind": desk.kind,
        "offline": desk.offline,
        "holders": [holder.username for holder in desk.holders],
        "too_few_holders": desk.has_too_few_holders,
    }


def _line(desk: CaseDesk) -> str:
    if desk.offline:
        return f"{desk.office_name}  {desk.kind}  离线密钥（在纸上）"
    holders = "、".join(holder.username for holder in desk.holders)
    return f"{desk.office_name}  {desk.kind}  {holders}{'  持有人不足两人！' if desk.has_too_few_holders else ''}"
