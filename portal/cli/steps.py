"""The steps in the life of a publication as commands, the same under `notices` and `documents`."""

from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from portal.cli.terminal import PortalCommand, PortalGroup, answer, as_json, services
from portal.domain.errors import InvalidError
from portal.domain.instants import SHANGHAI
from portal.domain.messages import N_
from portal.domain.publications import WithdrawalKind
from portal.queries.notice_drafts import Standing
from portal.queries.staff import actor_named
from portal.usecases import clock, publications
from portal.usecases.publications import StepOutcome

by = click.option("--by", "by", metavar="USERNAME", required=True, help="以哪个账号的名义")
kinds = click.Choice([kind.value for kind in WithdrawalKind])


def add_steps(group: PortalGroup) -> None:
    """Hang every step on a group of commands."""
    for command in (submit, review, return_, discard, publish, withdraw):
        group.add_command(command)


def facts_of(standing: StepOutcome | Standing) -> dict[str, Any]:
    """What every command tells of the publication that it has worked on."""
    return {
        "number": standing.number,
        "state": str(standing.state),
        "revision": standing.revision,
        "url": f"{services().settings.public_url}/{standing.area}/{standing.number}",
    }


def _tell(outcome: StepOutcome, *, as_json: bool) -> None:
    answer(facts_of(outcome), f"{outcome.number} 第{outcome.revision}版：{outcome.state}", as_json=as_json)


@click.command("submit", cls=PortalCommand)
@click.argument("number")
@by
@as_json
@with_appcontext
def submit(number: str, by: str, as_json: bool) -> None:
    """送审。"""
    _tell(publications.submit(services(), actor_named(by), number, at=clock.now()), as_json=as_json)


@click.command("review", cls=PortalCommand)
@click.argument("number")
@by
@as_json
@with_appcontext
def review(number: str, by: str, as_json: bool) -> None:
    """审核通过。"""
    _tell(publications.review(services(), actor_named(by), number, at=clock.now()), as_json=as_json)


@click.command("return", cls=PortalCommand)
@click.argument("number")
@click.option("--note", required=True, help="给起草人的话")
@by
@as_json
@with_appcontext
def return_(number: str, note: str, by: str, as_json: bool) -> None:
    """退回起草人。"""
    outcome = publications.return_to_drafter(services(), actor_named(by), number, note, at=clock.now())
    _tell(outcome, as_json=as_json)


@click.command("discard", cls=PortalCommand)
@click.argument("number")
@by
@as_json
@with_appcontext
def discard(number: str, by: str, as_json: bool) -> None:
    """丢弃草稿，其中的名单立即删除。"""
    _tell(publications.discard(services(), actor_named(by), number, at=clock.now()), as_json=as_json)


@click.command("publish", cls=PortalCommand)
@click.argument("number")
@click.option("--bypass", default="", metavar="REASON", help="紧急程序的原因，公众会看到")
@click.option("--publish-at", metavar="YYYY-MM-DDTHH:MM", help="定时发布（北京时间）")
@by
@as_json
@with_appcontext
def publish(number: str, bypass: str, publish_at: str | None, by: str, as_json: bool) -> None:
    """签发公开。"""
    actor, at = actor_named(by), clock.now()
    if publish_at and bypass:
        raise InvalidError(N_("紧急程序是立即公开，不能同时定时发布"))
    if publish_at:
        outcome = publications.schedule(services(), actor, number, _instant(publish_at), at=at)
    else:
        outcome = publications.publish(services(), actor, number, at=at, bypass_reason=bypass)
    _tell(outcome, as_json=as_json)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(N_("时间请写成 2026-11-25T09:00 的样子")) from None
    return instant.astimezone(SHANGHAI) if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


@click.command("withdraw", cls=PortalCommand)
@click.argument("number")
@click.option("--kind", type=kinds, required=True, help="撤下的性质")
@click.option("--reason", required=True, help="原因，公众会看到")
@by
@as_json
@with_appcontext
def withdraw(number: str, kind: str, reason: str, by: str, as_json: bool) -> None:
    """撤下：各处同时消失，只留一句说明。"""
    outcome = publications.withdraw(services(), actor_named(by), number, WithdrawalKind(kind), reason, at=clock.now())
    _tell(outcome, as_json=as_json)
