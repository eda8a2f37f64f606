"""`staff …`: accounts from the command line, above all the first administrator."""

import sys

import click

from portal.cli.terminal import PortalGroup, actor_by, answer, as_json, by
from portal.domain.permissions import Role
from portal.domain.staff import Account
from portal.queries.offices import office_named
from portal.queries.staff import account_named, accounts_within, all_accounts
from portal.usecases import clock
from portal.usecases.staff import IssuedPassword, NewAccount, add_account, disable_account, move_account, reset_password

staff = PortalGroup("staff", help="工作人员账号")
_ROLES = click.Choice([role.value for role in Role])


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--office", required=True, help="单位全称")
@click.option("--role", "roles", multiple=True, required=True, type=_ROLES, help="角色，可写多次")
@click.option("--password-stdin", is_flag=True, help="从标准输入读取初始密码，否则生成一次性密码")
@by
@as_json
def add(
    username: str,
    *,
    name: str,
    office: str,
    roles: tuple[str, ...],
    password_stdin: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """新建账号。初始密码只显示这一次，首次登录必须修改。"""
    new = NewAccount(
        username=username,
        display_name=name,
        office_id=office_named(office).id,
        roles=frozenset(Role(role) for role in roles),
        password=sys.stdin.readline().rstrip("\r\n") if password_stdin else None,
    )
    issued = add_account(new, actor=actor_by(by), at=clock.now())
    _tell(issued, told=not password_stdin, as_json=as_json)


@staff.command("move")
@click.argument("username")
@click.option("--office", required=True, help="新单位全称")
@by
@as_json
def move(username: str, *, office: str, by: str | None, as_json: bool) -> None:
    """把账号调到另一个单位，角色不变；原单位受理台的密钥不带走。"""
    account, to = account_named(username), office_named(office)
    move_account(account.id, to.id, actor=actor_by(by), at=clock.now())
    answer({"username": account.username, "office": to.name}, f"账号{account.username}已调到{to.name}", as_json=as_json)


@staff.command("disable")
@click.argument("username")
@by
@as_json
def disable(username: str, *, by: str | None, as_json: bool) -> None:
    """停用账号，其登录立即失效。"""
    account = account_named(username)
    disable_account(account.id, actor=actor_by(by), at=clock.now())
    answer({"username": account.username, "disabled": True}, f"账号{account.username}已停用", as_json=as_json)


@staff.command("reset-password")
@click.argument("username")
@click.option("--second-factor", is_flag=True, help="同时清除动态验证码，用于手机遗失")
@by
@as_json
def reset(username: str, *, second_factor: bool, by: str | None, as_json: bool) -> None:
    """生成新的一次性密码；停用的账号随之恢复。"""
    account = account_named(username)
    issued = reset_password(account.id, second_factor=second_factor, actor=actor_by(by), at=clock.now())
    _tell(issued, told=True, as_json=as_json)


@staff.command("list")
@by
@as_json
def list_accounts(*, by: str | None, as_json: bool) -> None:
    """列出账号、单位和角色。"""
    actor = actor_by(by)
    accounts = accounts_within(actor) if actor else all_accounts()
    facts = [_facts(account) for account in accounts]
    lines = ("  ".join(str(value) for value in (*fact.values(),)) for fact in facts)
    answer({"accounts": facts}, *lines, as_json=as_json)


def _facts(account: Account) -> dict[str, str | bool]:
    return {
        "username": account.username,
        "name": account.display_name,
        "office": account.office_name,
        "roles": " ".join(sorted(account.roles)),
        "disabled": account.disabled_at is not None,
    }


def _tell(issued: IssuedPassword, *, told: bool, as_json: bool) -> None:
    """Tell a password that was made here; one that came by stdin is known to whoever sent it."""
    facts = {"username": issued.username, "password": issued.password if told else None}
    sentence = f"账号{issued.username}的一次性密码（只显示这一次）：{issued.password}"
    answer(facts, sentence if told else f"账号{issued.username}已建立", "首次登录必须修改密码。", as_json=as_json)
