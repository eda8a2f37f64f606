"""`init`: an empty production instance, ready for its first account; `upgrade`: an older one brought up to date."""

import click
from flask.cli import with_appcontext

from portal.cli.terminal import PortalCommand, answer, as_json, services
from portal.models import schema
from portal.usecases import clock
from portal.usecases.instance import found_instance

_NEXT = "flask --app wsgi staff add admin --name 姓名 --office 济宁市民政局 --role administrator"


@click.command("init", cls=PortalCommand)
@as_json
@with_appcontext
def init(*, as_json: bool) -> None:
    """建立空的正式实例：数据库、密钥、区划和单位；重复运行只补缺少的部分。"""
    schema.upgrade(services().settings.database_url)
    foundation = found_instance(at=clock.now(), services=services())
    paper = foundation.offline_key
    facts = {
        "offline_key": paper,
        "divisions": foundation.divisions,
        "new_offices": foundation.new_offices,
        "next": _NEXT,
    }
    answer(
        facts,
        f"已就绪：{foundation.divisions}个区划，新建{foundation.new_offices}个单位。",
        f"密钥在 {services().settings.keys}，请另行备份。",
        *on_paper(paper),
        f"下一步，建立第一个管理员：{_NEXT}",
        as_json=as_json,
    )


def on_paper(words: str | None) -> tuple[str, ...]:
    """The offline key leaves the machine on paper or not at all; nothing when there was one before."""
    if words is None:
        return ()
    return (
        f"离线密钥：{words}",
        "请抄在纸上交纪检监察机构保管，只显示这一次：没有一个受理台能打开的举报，只有它能打开。",
    )


@click.command("upgrade", cls=PortalCommand)
@as_json
@with_appcontext
def upgrade(*, as_json: bool) -> None:
    """把数据库升级到当前版本；重复运行不会改变什么。"""
    schema.upgrade(services().settings.database_url)
    answer({"upgraded": True}, "数据库已是当前版本。", as_json=as_json)
