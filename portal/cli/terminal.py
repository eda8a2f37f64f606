"""How every command speaks: Chinese sentences or one JSON object to stdout, errors to stderr with exit code 1."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Never

import click
from flask import current_app
from flask.cli import AppGroup

from portal.domain.errors import InvalidError, PortalError
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.queries.staff import actor_named
from portal.usecases.services import Services


class PortalCommand(click.Command):
    """A command whose expected failures are told in one sentence, never as a traceback, and end with exit code 1."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments; a wrong one ends like any other failure."""
        with _ending_with_one(self.failed if "--json" in args else None):
            return super().make_context(info_name, args, parent, **extra)

    def failed(self, sentence: str) -> dict[str, Any]:
        """The one JSON object of a failure."""
        return {"error": sentence}

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; any failure ends it with exit code 1, and with the one JSON object where asked.

        What nobody expected goes on to the log, which tells its place and never its words.
        """
        try:
            return super().invoke(ctx)
        except PortalError as error:
            self._tell_error(ctx, str(error.message))
            _fail(error)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            self._tell_error(ctx, _UNEXPECTED)
            raise

    def _tell_error(self, ctx: click.Context, sentence: str) -> None:
        if ctx.params.get("as_json"):
            click.echo(json.dumps(self.failed(sentence), ensure_ascii=False))


_UNEXPECTED = N_("系统出了问题，这一步没有办成，请稍后再试或联系系统运维人员")


@contextmanager
def _ending_with_one(failed: Callable[[str], dict[str, Any]] | None) -> Iterator[None]:
    """Give what click says about wrong arguments our exit code, and our one JSON object where it is asked for."""
    try:
        yield
    except click.UsageError as error:
        if failed:
            click.echo(json.dumps(failed(error.format_message()), ensure_ascii=False))
        error.show()
        raise click.exceptions.Exit(1) from None


class PortalGroup(AppGroup):
    """A group of such commands, each run within the application's context."""

    command_class = PortalCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one ends like any other failure."""
        with _ending_with_one((lambda sentence: {"error": sentence}) if "--json" in args else None):
            return super().resolve_command(ctx, args)


as_json = click.option("--json", "as_json", is_flag=True, help="只输出一个JSON对象")
by = click.option("--by", "by", metavar="USERNAME", help="以哪个账号的名义；不写则为系统运维人员")


def services() -> Services:
    """Settings, rules and keys of the application that runs the command."""
    found: Services = current_app.extensions["portal"]
    return found


def actor_by(username: str | None) -> Actor | None:
    """The member of staff that `--by` names; without it the operator acts, who has no account."""
    return actor_named(username) if username else None


def answer(facts: dict[str, Any], *sentences: str, as_json: bool) -> None:
    """Print the facts as one JSON object, or the sentences."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
    else:
        click.echo("\n".join(sentences))


def _fail(error: PortalError) -> Never:
    click.echo(str(error.message), err=True)
    if isinstance(error, InvalidError):
        for name, message in error.fields.items():
            click.echo(f"  {name}：{message}", err=True)
    raise SystemExit(1)
