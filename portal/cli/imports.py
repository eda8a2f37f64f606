"""What every command that reads a table says alike: its words, its problems cell by cell, how it ends."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from portal.cli.steps import kinds
from portal.cli.terminal import PortalCommand, answer
from portal.domain.roster_values import Problem
from portal.usecases.notice_imports import Upload

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])

F = TypeVar("F", bound=Callable[..., Any])


class ImportCommand(PortalCommand):
    """A command that reads a list: whatever is wrong stands among the errors."""

    def failed(self, sentence: str) -> dict[str, Any]:
        """A failure that no cell has caused."""
        errors = [{"sheet": "", "cell": "", "problem": sentence}]
        return super().failed(sentence) | {"number": None, "rows": 0, "errors": errors, "warnings": []}


class Outcome(Protocol):
    """What an import gives: problems for which nothing was written, warnings in spite of which it was."""

    @property
    def number(self) -> str | None:
        """Of the draft, if there is one."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Each with its cell."""

    @property
    def warnings(self) -> Sequence[Problem]:
        """Each with its cell."""


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


def facts_of_import(outcome: Outcome, rows: int) -> dict[str, Any]:
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


def tell_import(outcome: Outcome, facts: dict[str, Any], stored: Sequence[str], *, as_json: bool) -> None:
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
