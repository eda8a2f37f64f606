"""`python -m portal.cli.sealed_files`: opens packages on a machine that has neither an instance nor its keys.

It needs this folder of source code and the packages `cryptography`, `argon2-cffi` and `click`, and reads no setting.
"""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from portal.domain.case_packages import Package
from portal.domain.errors import InvalidError, PortalError, RefusedError
from portal.domain.messages import N_
from portal.sealing.pairs import new_pair
from portal.sealing.paper_keys import printed, printed_public
from portal.usecases.package_opening import open_package

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


def told(command: Callable[..., None]) -> Callable[..., None]:
    """Let a failure end with one sentence and exit code 1."""

    @wraps(command)
    def run(*given: Any, **named: Any) -> None:
        try:
            command(*given, **named)
        except PortalError as error:
            faults = error.fields.values() if isinstance(error, InvalidError) else ()
            click.echo("\n".join(map(str, (error.message, *faults))), err=True)
            sys.exit(1)

    return run


@click.group()
def sealed_files() -> None:
    """打开本平台导出的加密文件；不需要平台的密钥和数据库，断网也能用。"""


@sealed_files.command("open")
@click.argument("file", type=_FILE)
@click.option("--out", required=True, type=_FOLDER, help="放内容的文件夹，不能已经存在")
@click.option("--secret-stdin", is_flag=True, help="从标准输入读密钥或口令，不在屏幕上问")
@told
def open_(file: Path, *, out: Path, secret_stdin: bool) -> None:
    """用纸上的密钥或口令打开一个文件，取出内容和附件。"""
    if out.exists():
        raise RefusedError(N_("这个文件夹已经存在，请换一个名字"))
    asked = "密钥或口令（输入时不显示）"
    secret = sys.stdin.readline().rstrip("\r\n") if secret_stdin else click.prompt(asked, hide_input=True)
    files = open_package(file.read_bytes(), secret)
    for name, content in files.items():
        _write(out / name, content)
    click.echo(f"已取出{len(files)}个文件：{out}。先看 case.txt；用完请连同文件夹一起安全删除。")


@sealed_files.command("new-key")
@told
def new_key() -> None:
    """接收机关生成一对密钥：公钥交给移送的单位，私钥只显示这一次，抄在纸上保管。"""
    pair = new_pair()
    click.echo(f"公钥（交给移送的单位，当面或打电话核对）：\n{printed_public(pair.public)}\n")
    click.echo(f"私钥（抄在纸上，不告诉任何人；丢了就打不开）：\n{printed(pair.private)}")


def write_package(folder: Path, package: Package) -> Path:
    """Put a package into a folder, readable by its user alone, over whatever was exported under that name before."""
    path = folder / package.name
    path.unlink(missing_ok=True)
    _write(path, package.content)
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


if __name__ == "__main__":
    sealed_files()
