"""`warnings …`: asking the rules now, and what an account is warned of."""

from typing import Any

from portal.cli.steps import by
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.permissions import Permission
from portal.queries.staff import actor_named
from portal.queries.warnings import WarningLine, warnings_for
from portal.usecases import clock
from portal.usecases.warnings import run_rules

warnings = PortalGroup("warnings", help="风险预警：核对预算、分配和发放")


@warnings.command("run")
@as_json
def run(as_json: bool) -> None:
    """现在就核对一遍；平时由 jobs 自动核对，重复运行不会重复预警。"""
    report = run_rules(services(), at=clock.now())
    facts = {"opened": report.opened, "changed": report.changed, "ended": report.ended, "open": report.open}
    sentence = f"新发现{report.opened}条，数字变了{report.changed}条，已对上{report.ended}条；没有说明的{report.open}条"
    answer(facts, sentence, as_json=as_json)


@warnings.command("list")
@by
@as_json
def list_warnings(*, by: str, as_json: bool) -> None:
    """列出账号看得到的预警，没有说明的在前，最早到期的在前。"""
    actor = actor_named(by)
    actor.require(Permission.SEE_WARNINGS)
    lines = [_facts(line) for line in warnings_for(actor, services().rulebook, at=clock.now())]
    answer({"warnings": lines}, *("  ".join(map(str, line.values())) for line in lines), as_json=as_json)


def _facts(line: WarningLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "rule": str(line.rule),
        "division": line.division,
        "year": line.year,
        "month": line.month,
        "program": str(line.program) if line.program else None,
        "source": str(line.source) if line.source else None,
        "bound": line.bound,
        "found": line.found,
        "state": str(line.state),
        "card": str(line.card),
        "due_on": line.due_on.isoformat(),
        "owner": line.owner_name or None,
        "reason": line.reason or None,
    }
