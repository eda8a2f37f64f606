"""`offices …` and `divisions …`: who is in charge of what, and which townships belong to the zones."""

import click

from portal.cli.terminal import PortalGroup, actor_by, answer, as_json, by
from portal.domain.offices import Office, OfficeKind
from portal.queries.offices import all_offices, offices_within
from portal.usecases import clock
from portal.usecases.divisions import set_zone
from portal.usecases.offices import OfficeChange, set_office

offices = PortalGroup("offices", help="主管单位、承办单位")
divisions = PortalGroup("divisions", help="行政区划")
_KINDS = click.Choice([kind.value for kind in OfficeKind])


@offices.command("set")
@click.argument("name")
@click.option("--hotline", help="监督举报电话")
@click.option("--duty-phone", help="值班电话")
@click.option("--address", help="地址")
@click.option("--steps", type=click.Choice(["2", "3"]), help="发布经过几个人")
@click.option("--kind", type=_KINDS, help="单位类别")
@click.option("--division", metavar="CODE", help="所在区划的代码；镇（街道）单位可由名称得出")
@click.option("--parent", metavar="NAME", help="上级单位全称")
@by
@as_json
def set_(
    name: str,
    *,
    hotline: str | None,
    duty_phone: str | None,
    address: str | None,
    steps: str | None,
    kind: str | None,
    division: str | None,
    parent: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """按全称新建或修改单位；没有写的内容保持不变。"""
    change = OfficeChange(
        hotline=hotline,
        duty_phone=duty_phone,
        address=address,
        steps=int(steps) if steps else None,
        kind=OfficeKind(kind) if kind else None,
        division=division,
        parent=parent,
    )
    office = set_office(name, change, actor=actor_by(by), at=clock.now())
    answer(_facts(office), f"已保存：{office.name}", as_json=as_json)


@offices.command("list")
@by
@as_json
def list_offices(*, by: str | None, as_json: bool) -> None:
    """列出单位，下级缩进。"""
    actor = actor_by(by)
    found = offices_within(actor) if actor else all_offices()
    lines = (f"{'  ' * one.depth}{one.name}  {one.details.hotline}".rstrip() for one in found)
    answer({"offices": [_facts(one) for one in found]}, *lines, as_json=as_json)


@divisions.command("zone")
@click.argument("code")
@click.option("--townships", default="", help="划入的镇（街道）代码，用逗号分开；不写则全部退回原县（市、区）")
@by
@as_json
def zone(code: str, *, townships: str, by: str | None, as_json: bool) -> None:
    """设定功能区管辖的镇（街道），例如 3708T1（太白湖新区）、3708J1（经开区）。"""
    codes = tuple(townships.replace("，", ",").replace(" ", ",").strip(",").split(",")) if townships.strip() else ()
    moved = set_zone(code, tuple(filter(None, codes)), actor=actor_by(by), at=clock.now())
    answer({"zone": code, "moved": moved}, f"已保存，{moved}个区划改变了位置", as_json=as_json)


def _facts(office: Office) -> dict[str, str | int]:
    return {
        "name": office.name,
        "kind": office.kind,
        "division": office.division_code,
        "hotline": office.details.hotline,
        "duty_phone": office.details.duty_phone,
        "address": office.details.address,
        "steps": office.details.steps,
    }
