"""`cases …`: bulk intake for drills and load, reading a case, taking a step; for offices that script it."""

import json
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import click

from portal.cli.sealed_files import write_package
from portal.cli.steps import by
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.case_actions import Action
from portal.domain.case_given import Given
from portal.domain.cases import ExternalSystem, ItemKind, Outcome, Protection, Rung, ServiceManner
from portal.domain.errors import InvalidError, NotAllowedError
from portal.domain.intake import external_number
from portal.domain.messages import N_
from portal.domain.permissions import Actor
from portal.domain.submissions import submission_from_record
from portal.models.base import db
from portal.queries.delegations import standing_in
from portal.queries.desk_cases import CaseFilters
from portal.queries.offices import office_named
from portal.queries.staff import actor_named
from portal.sealing.query_codes import new_code
from portal.usecases import clock
from portal.usecases.case_packages import export_offline
from portal.usecases.case_reading import ReadCase, read_case
from portal.usecases.case_register import exported_register
from portal.usecases.case_sealing import Opener
from portal.usecases.case_steps import act
from portal.usecases.desk_keys import unlock_by_password
from portal.usecases.external_numbers import KnownMatterError
from portal.usecases.intake import submit

cases = PortalGroup("cases", help="诉求件：批量收入、查看、办理一步")

E = TypeVar("E", bound=StrEnum)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_ELSEWHERE = {Action.SUBMIT, Action.REROUTE, Action.SEPARATE, Action.EXPORT}
"""What has a command of its own, or happens by itself."""
_password = click.option("--password-stdin", is_flag=True, help="从标准输入读密码，打开加密的举报内容")


@cases.command("import")
@click.argument("file", type=_FILE)
@as_json
def import_(file: Path, as_json: bool) -> None:
    """读入JSON文件（一个对象或一列对象），每条收为一件；有任何错误则一件也不收，外部编号已经登记的不重复登记。"""
    submissions = [submission_from_record(record, _office_id) for record in _records(file)]
    received, known = [], []
    for submission in submissions:
        code = new_code()
        try:
            received.append({"number": submit(services(), submission, code, at=clock.now()), "code": code.digits})
        except KnownMatterError as error:
            known.append(
                {"number": error.number, "external": submission.external.number if submission.external else ""}
            )
    lines = [f"{one['number']} 查询码 {one['code']}" for one in received]
    lines += [f"{one['external']} 已经登记为 {one['number']}，没有重复登记" for one in known]
    answer({"cases": received, "known": known, "errors": []}, *lines, as_json=as_json)


@cases.command("register")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@by
@click.option("--ended", is_flag=True, help="只要已经结束的")
@click.option("--open", "is_open", is_flag=True, help="只要还没有结束的")
@as_json
def register(file: Path, by: str, ended: bool, is_open: bool, as_json: bool) -> None:
    """导出台账为xlsx：账号看得到的诉求件的登记项目，值用代码写。"""
    filters = CaseFilters(ended=ended, whether_or_not_ended=not ended and not is_open)
    at = clock.now()
    with exported_register(services(), standing_in(actor_named(by), at=at), filters, str, at=at) as content:
        file.write_bytes(content.read())
    answer({"file": str(file)}, f"已写入 {file}", as_json=as_json)


@cases.command("show")
@click.argument("number")
@by
@_password
@as_json
def show(number: str, by: str, password_stdin: bool, as_json: bool) -> None:
    """看一件诉求；举报的内容没有密码打不开，只显示登记项。"""
    at = clock.now()
    actor = standing_in(actor_named(by), at=at)
    found = read_case(db.session(), services(), actor, number, _openers(actor, password_stdin), at=at)
    if found.items is None and password_stdin:
        raise NotAllowedError(N_("这件诉求的内容是加密的，您没有打开它的密钥"))
    facts = {**_facts(found), "items": _items(found)}
    answer(facts, *(f"{name}：{value}" for name, value in facts.items()), as_json=as_json)


@cases.command("act")
@click.argument("number")
@click.argument("action", type=click.Choice([action.value for action in Action if action not in _ELSEWHERE]))
@by
@click.option("--text", default="", help="写给反映人的话、答复草稿或备注")
@click.option("--reason", default="", help="原因，只在内部保存")
@click.option("--ground", default="", help="不予受理的理由")
@click.option("--right-body", default="", help="应当向哪个机关反映")
@click.option("--legal-basis", default="", help="依据")
@click.option("--office", default="", metavar="NAME", help="承办单位全名")
@click.option("--officer", default="", metavar="USERNAME", help="承办人账号")
@click.option("--days", type=int, help="延长的天数")
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]), help="核查结论")
@click.option("--rung", type=click.Choice([one.value for one in Rung]), help="督办方式")
@click.option("--served-on", type=click.DateTime(["%Y-%m-%d"]), help="送达日期")
@click.option("--served-manner", type=click.Choice([one.value for one in ServiceManner]), help="送达方式")
@click.option("--main-case", default="", metavar="NUMBER", help="并入哪一件")
@click.option("--accused-office", default="", metavar="NAME", help="被反映单位全名")
@click.option("--accused-account", default="", metavar="USERNAME", help="被反映人账号")
@click.option("--external-system", type=click.Choice([one.value for one in ExternalSystem]), help="哪个系统的编号")
@click.option("--external-number", default="", help="同一件事在那个系统的编号")
@click.option("--receipt", default="", help="移送回执编号")
@click.option("--protection", type=click.Choice([one.value for one in Protection]), help="怎样保护举报人")
@_password
@as_json
def act_(number: str, action: str, by: str, password_stdin: bool, as_json: bool, **words: Any) -> None:
    """办理一步；需要打开加密内容的，用 --password-stdin 给出密码。"""
    actor = actor_named(by)
    openers = _openers(actor, password_stdin)
    stepped = act(services(), actor, number, Action(action), _given(words), at=clock.now(), openers=openers)
    facts = {"number": stepped.number, "state": str(stepped.state), "told": stepped.told}
    answer(facts, f"{stepped.number}：{stepped.state}", as_json=as_json)


@cases.command("export")
@click.argument("number")
@by
@click.option("--to-key", default="", metavar="WORDS", help="对方的公钥；不写则从标准输入读口令")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="放文件的文件夹")
@_password
@as_json
def export(number: str, by: str, to_key: str, out: Path, password_stdin: bool, as_json: bool) -> None:
    """把正在移送的一件导出为加密文件；标准输入先是密码（--password-stdin），再是口令，各占一行。"""
    actor = actor_named(by)
    openers = _openers(actor, password_stdin)
    given = Given(recipient_key=to_key, passphrase="" if to_key else sys.stdin.readline().rstrip("\n"))
    stepped = act(services(), actor, number, Action.EXPORT, given, at=clock.now(), openers=openers)
    paths = [write_package(out, package) for package in (stepped.package,) if package]
    facts = {"number": stepped.number, "files": [str(path) for path in paths]}
    answer(facts, *(f"已导出：{path}" for path in paths), as_json=as_json)


@cases.command("export-offline")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="放文件的文件夹")
@as_json
def export_offline_(out: Path, as_json: bool) -> None:
    """把只有离线密钥能打开的诉求件各导出为一个加密文件，在另一台机器上用纸上的密钥打开。"""
    packages, waiting = export_offline(services(), at=clock.now())
    paths = [write_package(out, package) for package in packages]
    lines = [f"已导出{len(paths)}件：{out}"]
    if waiting:
        lines.append(f"另有{waiting}件的密钥还在原来的受理台：持有人登录一次以后再导出。")
    answer({"files": [str(path) for path in paths], "waiting": waiting}, *lines, as_json=as_json)


def _given(words: dict[str, Any]) -> Given:
    office, officer = words.pop("office"), words.pop("officer")
    accused_office, accused = words.pop("accused_office"), words.pop("accused_account")
    served_on: datetime | None = words.pop("served_on")
    system, number = _member(ExternalSystem, words.pop("external_system")), words.pop("external_number")
    return Given(
        office_id=_office_id(office) if office else None,
        officer_id=actor_named(officer).account_id if officer else None,
        outcome=_member(Outcome, words.pop("outcome")),
        rung=_member(Rung, words.pop("rung")),
        served_on=served_on.date() if served_on else None,
        served_manner=_member(ServiceManner, words.pop("served_manner")),
        protection=_member(Protection, words.pop("protection")),
        main_number=words.pop("main_case"),
        external=external_number(system, number) if system else None,
        accused_office_id=_office_id(accused_office) if accused_office else None,
        accused_account_id=actor_named(accused).account_id if accused else None,
        **words,
    )


def _member(enum: type[E], word: str | None) -> E | None:
    return enum(word) if word else None


def _openers(actor: Actor, password_stdin: bool) -> tuple[Opener, ...]:
    if not password_stdin:
        return ()
    return (unlock_by_password(db.session(), actor, sys.stdin.readline().rstrip("\n")),)


def _office_id(name: str) -> int:
    return office_named(name).id


def _records(file: Path) -> list[dict[str, Any]]:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise InvalidError(N_("这不是UTF-8编码的JSON文件")) from None
    records = read if isinstance(read, list) else [read]
    if not all(isinstance(record, dict) for record in records):
        raise InvalidError(N_("文件里应当是一个对象，或者一列对象"))
    return records


def _facts(found: ReadCase) -> dict[str, Any]:
    case = found.case
    return {
        "number": case.number,
        "kind": str(case.kind),
        "category": str(case.category),
        "state": str(case.state),
        "outcome": str(case.outcome) if case.outcome else None,
        "division": case.division_code,
        "office": found.office_name,
        "received_at": case.received_at.isoformat(),
        "clocks": [
            {"clock": str(one.clock), "due_on": one.due_on.isoformat(), "met": one.met_at is not None}
            for one in found.clocks
        ],
        "allowed": [str(action) for action in found.allowed],
        "sealed": found.items is None,
    }


def _items(found: ReadCase) -> list[dict[str, Any]]:
    shown = [item for item in found.items or () if item.kind is not ItemKind.FILE]
    return [{"kind": str(item.kind), "at": item.created_at.isoformat(), **item.content} for item in shown]
