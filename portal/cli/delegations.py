"""`delegations …`: who stands in for an absent colleague (A/B 角), for offices that script it."""

from datetime import datetime
from typing import Any

import click

from portal.cli.steps import by
from portal.cli.terminal import PortalGroup, answer, as_json
from portal.domain.delegations import AbsenceReason, Period
from portal.queries.delegations import DelegationLine, delegations_within
from portal.queries.staff import account_named, actor_named
from portal.usecases import clock
from portal.usecases.delegations import NewDelegation, end_delegation, name_deputy

delegations = PortalGroup("delegations", help="代办（A/B角）：有人不在岗时由谁代办诉求件")

_day = click.DateTime(["%Y-%m-%d"])
_reasons = click.Choice([reason.value for reason in AbsenceReason])


@delegations.command("name")
@click.argument("username")
@click.option("--deputy", required=True, metavar="USERNAME", help="代办人（B角）的账号")
@click.option("--first-on", required=True, type=_day, help="第一天")
@click.option("--last-on", required=True, type=_day, help="最后一天")
@click.option("--reason", required=True, type=_reasons, help="原因")
@by
@as_json
def name(
    username: str, *, deputy: str, first_on: datetime, last_on: datetime, reason: str, by: str, as_json: bool
) -> None:
    """为账号指定代办人；为自己指定的，审批、受理和督办一并交出。"""
    period = Period(first_on.date(), last_on.date())
    absent, substitute = account_named(username), account_named(deputy)
    new = NewDelegation(absent.id, substitute.id, period, AbsenceReason(reason))
    named = name_deputy(new, actor=actor_named(by), at=clock.now())
    sentence = f"{period.first_on}至{period.last_on}由{substitute.username}代{absent.username}办理，编号{named}"
    answer({"id": named, "absent": absent.username, "deputy": substitute.username}, sentence, as_json=as_json)


@delegations.command("end")
@click.argument("delegation_id", type=int)
@by
@as_json
def end(delegation_id: int, *, by: str, as_json: bool) -> None:
    """提前结束一项代办；还没有开始的就此取消。"""
    end_delegation(delegation_id, actor=actor_named(by), at=clock.now())
    answer({"id": delegation_id, "ended": True}, f"代办{delegation_id}已经结束", as_json=as_json)


@delegations.command("list")
@by
@as_json
def list_delegations(*, by: str, as_json: bool) -> None:
    """列出账号看得到的代办安排，最晚到期的在前。"""
    lines = [_facts(line) for line in delegations_within(actor_named(by), at=clock.now())]
    answer({"delegations": lines}, *("  ".join(map(str, line.values())) for line in lines), as_json=as_json)


def _facts(line: DelegationLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "absent": line.absent_name,
        "deputy": line.deputy_name,
        "first_on": line.period.first_on.isoformat(),
        "last_on": line.period.last_on.isoformat(),
        "reason": str(line.reason),
        "state": str(line.state),
        "counts": line.counts,
    }
