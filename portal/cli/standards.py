"""`standards import`: what a person gets a month, by programme, residence, place and date."""

from pathlib import Path

import click

from portal.cli.imports import FILE, problem_facts, problem_lines, upload_of
from portal.cli.steps import by
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.standards import StandardsOutcome, import_standards

standards = PortalGroup("standards", help="保障标准：登记各年的低保、特困标准")


@standards.command("import")
@click.argument("file", type=FILE)
@click.option("--correct", "corrects", is_flag=True, help="原来登记错了：同一天写上正确的标准和说明，错的留在旁边")
@by
@as_json
def import_(file: Path, *, corrects: bool, by: str, as_json: bool) -> None:
    """登记一张标准表，登记后立即公开；有任何错误则不写入，逐格说明。已登记的从不改动。"""
    outcome = import_standards(services(), actor_named(by), upload_of(file), at=clock.now(), corrects=corrects)
    facts = {
        "added": outcome.added,
        "corrected": outcome.corrected,
        "unchanged": outcome.unchanged,
        "errors": problem_facts(outcome.problems),
    }
    answer(facts, *_sentences(outcome), as_json=as_json)
    if outcome.problems:
        raise SystemExit(1)


def _sentences(outcome: StandardsOutcome) -> list[str]:
    if outcome.problems:
        return problem_lines(outcome.problems)
    return [f"登记了{outcome.added}条标准，其中更正{outcome.corrected}条；另有{outcome.unchanged}条早已登记，没有重复"]
