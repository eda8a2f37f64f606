"""`demo`: an empty instance filled with labelled sample data."""

import click
from flask.cli import with_appcontext
from rich.console import Console

from portal.cli.instance import on_paper
from portal.cli.terminal import PortalCommand, answer, as_json, services
from portal.models.schema import upgrade
from portal.usecases import clock
from portal.usecases.demo import load_demo
from portal.usecases.demo_plan import DemoScale


@click.command("demo", cls=PortalCommand)
@click.option("--months", type=click.IntRange(1, 24), default=24, show_default=True, help="往回几个月")
@click.option("--households-factor", type=float, default=1.0, show_default=True, help="每份名单户数乘以几")
@as_json
@with_appcontext
def demo(*, months: int, households_factor: float, as_json: bool) -> None:
    """把空的实例装满示例数据（每页都标明）；账号写在实例文件夹的 demo-accounts.csv，几个查询码在 demo-codes.csv。"""
    upgrade(services().settings.database_url)
    with Console(stderr=True).status("…") as status:
        scale = DemoScale(months, households_factor)
        loaded = load_demo(services(), at=clock.now(), scale=scale, progress=status.update)
    facts = {
        "accounts": loaded.accounts,
        "publications": loaded.publications,
        "cases": loaded.cases,
        "accounts_file": str(loaded.accounts_file),
        "codes_file": str(loaded.codes_file),
        "offline_key": loaded.offline_key,
    }
    answer(
        facts,
        f"示例数据已装入：{loaded.publications}件公开内容，{loaded.cases}件诉求，{loaded.accounts}个账号。",
        f"账号和密码在 {loaded.accounts_file}",
        f"几件诉求的查询码在 {loaded.codes_file}",
        *on_paper(loaded.offline_key),
        as_json=as_json,
    )
