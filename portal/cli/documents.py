"""`documents …`: policies, guides and reports from files to drafts; their steps are those of every publication."""

from pathlib import Path

import click

from portal.cli.imports import FILE, correction_words
from portal.cli.steps import add_steps, by
from portal.cli.terminal import PortalGroup, answer, as_json, services
from portal.domain.errors import InvalidError
from portal.domain.messages import N_
from portal.domain.publications import WithdrawalKind
from portal.queries.staff import actor_named
from portal.usecases import clock
from portal.usecases.corrections import Correction
from portal.usecases.documents import correct_by_file, import_document, load_shipped_documents

documents = PortalGroup("documents", help="政策文件、办事指南、报告：导入、送审、审核、签发、更正、撤下")
add_steps(documents)


@documents.command("import")
@click.argument("file", type=FILE)
@by
@as_json
def import_(file: Path, by: str, as_json: bool) -> None:
    """读入一份Markdown文件（两行+++之间是TOML文件头），存为草稿。"""
    number = import_document(services(), actor_named(by), _text(file), at=clock.now())
    answer({"number": number, "state": "draft", "errors": []}, f"已存为草稿：{number}", as_json=as_json)


@documents.command("load-shipped")
@by
@as_json
def load_shipped(by: str, as_json: bool) -> None:
    """把随平台带来的政策摘要和各项办事指南存为草稿，电话地址用本单位的；已有同名的不重复。"""
    loaded = load_shipped_documents(services(), actor_named(by), at=clock.now())
    lines = [f"已存为草稿：{number}" for number in loaded.numbers] + [f"已有同名的：{title}" for title in loaded.known]
    answer({"numbers": list(loaded.numbers), "known": list(loaded.known)}, *lines, as_json=as_json)


@documents.command("correct")
@correction_words
@by
@as_json
def correct(number: str, file: Path, kind: str, note: str, by: str, as_json: bool) -> None:
    """用新的文件更正已公开的文件，产生一份待审的新版本。"""
    correction = Correction(number, WithdrawalKind(kind), note)
    correct_by_file(services(), actor_named(by), correction, _text(file), at=clock.now())
    answer({"number": number, "state": "draft"}, f"已建立更正草稿：{number}", as_json=as_json)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError(N_("文件须是UTF-8编码的文本")) from None
