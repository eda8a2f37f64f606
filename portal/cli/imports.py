"""What every command that reads a table says alike: its words, its problems cell by cell, how it ends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from portal.cli.steps import by, kinds
from portal.cli.terminal import PortalCommand, PortalGroup, answer, as_json, services
from portal.domain.permissions import Actor
from portal.domain.publications import WithdrawalKind
from portal.domain.roster_values import Problem
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.notice_imports import Imported, Upload

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])

F = TypeVar("F", bound=Callable[..., Any])


class ImportCommand(PortalCommand):
    """A command that reads a list: whatever is wrong stands among the errors."""

    def failed(self, sentence: str) -> dict[str, Any]:
        """A failure that no cell has caused."""
        errors = [{"sheet": "", "cell": "", "problem": sentence}]
        return super().failed(sentence) | {"number": None, "rows": 0, "errors": errors, "warnings": []}


@dataclass(frozen=True, slots=True)
class TableCommands:
    """What the commands of an area's tables call and say.

    `verb` stores a table or tells its problems; `facts` and `stored` tell of its outcome in JSON and in sentences;
    `find` gives a public one, `corrected` what its correction takes over.
    """

    verb: Callable[..., Any]
    facts: Callable[[Any], dict[str, Any]]
    stored: Callable[[Any], Sequence[str]]
    find: Callable[[Actor, str], Any]
    corrected: Callable[[Any, WithdrawalKind, str], Any]


def run_import(told: TableCommands, file: Path, order: object, by: str, *, as_json: bool) -> None:
    """Read a table in somebody's name, and tell what became of it."""
    outcome = told.verb(services(), actor_named(by), upload_of(file), order, at=clock.now())
    tell_import(outcome, told.facts(outcome), told.stored(outcome), as_json=as_json)


def add_correction(group: PortalGroup, told: TableCommands, words: str) -> None:
    """Hang the correction of an area's tables on its group; `words` are its help."""

    @group.command("correct", cls=ImportCommand, help=words)
    @correction_words
    @by
    @as_json
    def correct(number: str, file: Path, kind: str, note: str, by: str, as_json: bool) -> None:
        known = told.find(actor_named(by), number)
        run_import(told, file, told.corrected(known, WithdrawalKind(kind), note), by, as_json=as_json)


def correction_words(command: F) -> F:
    """The words of every correction by a file: which publication, the file, what kind, the note."""
    words = (
        click.argument("number"),
        click.argument("file", type=FILE),
        click.option("--kind", type=kinds, required=True, help="更正的性质"),
        click.option("--note", required=True, help="更正说明，公众会看到"),
    )
    for word in reversed(words):
        command = word(command)
    return command


def upload_of(file: Path) -> Upload:
    """The file as the desk would have received it."""
    return Upload(file.name, file.read_bytes())


def facts_of_import(outcome: Imported, rows: int) -> dict[str, Any]:
    """What the JSON of every import begins with."""
    return {
        "number": outcome.number,
        "rows": rows,
        "errors": problem_facts(outcome.problems),
        "warnings": problem_facts(outcome.warnings),
    }


def problem_facts(problems: Sequence[Problem]) -> list[dict[str, str]]:
    """Each problem with its cell."""
    return [{"sheet": one.sheet, "cell": one.cell, "problem": str(one.message)} for one in problems]


def tell_import(outcome: Imported, facts: dict[str, Any], stored: Sequence[str], *, as_json: bool) -> None:
    """The facts, or the warnings and then what was `stored` or why nothing was; exit code 1 for problems."""
    lines = [f"提醒 {one.sheet} {one.cell}：{one.message}" for one in outcome.warnings]
    if outcome.problems:
        lines += problem_lines(outcome.problems)
    else:
        lines += stored
    answer(facts, *lines, as_json=as_json)
    if outcome.problems:
        raise SystemExit(1)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Each problem with its cell, and that nothing was written."""
    lines = [f"{one.sheet} {one.cell}：{one.message}" for one in problems]
    return [*lines, f"共{len(problems)}处错误，什么都没有写入"]
