import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal.domain.desk_keys import DeskKind
from portal.models.transaction import transaction
from portal.sealing.query_codes import parse_code
from portal.usecases.account_keys import keep_pair, new_account_pair, new_lock
from portal.usecases.desk_keys import open_desk
from tests.cast import PASSWORD, Cast

Run = Callable[..., Result]
SECRET = "这句话只给承办人看"
COMPLAINT = {"kind": "complaint", "category": "left_out", "division": "370811002001", "text": SECRET}
TIP_OFF = {**COMPLAINT, "kind": "tip_off", "category": "extortion", "accused_role": "village_cadre"}


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words, **more: app.test_cli_runner().invoke(args=["cases", *words], **more)


def received(run: Run, tmp_path: Path, *records: object) -> list[dict[str, str]]:
    file = tmp_path / "诉求.json"
    file.write_text(json.dumps(list(records), ensure_ascii=False), encoding="utf-8")
    answer = run("import", str(file), "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)["cases"]


def test_records_come_in_each_with_a_number_and_a_code(run: Run, tmp_path: Path) -> None:
    found = received(run, tmp_path, COMPLAINT, COMPLAINT)

    assert len({one["number"] for one in found}) == 2
    assert all(parse_code(one["code"]) == one["code"] for one in found)


def test_a_file_that_comes_twice_leads_to_the_cases_that_are_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "转办.json"
    known = {**COMPLAINT, "external": {"system": "hotline_12345", "number": "gd-1"}}
    first = received(run, tmp_path, known)[0]["number"]
    file.write_text(json.dumps([known, COMPLAINT]), encoding="utf-8")
    answer = json.loads(run("import", str(file), "--json").stdout)

    assert answer["known"] == [{"number": first, "external": "GD-1"}]
    assert len(answer["cases"]) == 1


def test_one_wrong_record_names_its_field_and_nothing_comes_in(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "诉求.json"
    file.write_text(json.dumps([COMPLAINT, {**COMPLAINT, "kind": "秘密的词"}]), encoding="utf-8")
    answer = run("import", str(file), "--json")

    assert answer.exit_code == 1
    assert "kind" in answer.stderr
    assert "秘密的词" not in answer.output + answer.stderr


def test_a_case_walks_to_its_reply_by_commands(run: Run, tmp_path: Path, cast: Cast) -> None:
    number = received(run, tmp_path, COMPLAINT)[0]["number"]
    assigned = ("--office", "任城区民政局", "--officer", "li_si")
    answer_given = ("--text", "已办好", "--outcome", "substantiated", "--legal-basis", "条例")
    served = ("--served-on", "2026-11-20", "--served-manner", "by_hand")
    for action, by, *words in (
        ("register", "zhao_liu"),
        ("accept", "zhao_liu"),
        ("assign", "zhao_liu", *assigned),
        ("draft_reply", "li_si", *answer_given),
        ("approve_reply", "wang_wu"),
        ("reply", "li_si", *served),
    ):
        done = run("act", number, action, "--by", by, *words, "--json")
        assert done.exit_code == 0, done.output + done.stderr

    shown = json.loads(run("show", number, "--by", "li_si", "--json").stdout)
    assert (shown["state"], shown["outcome"], shown["sealed"]) == ("replied", "substantiated", False)
    assert SECRET in {item.get("text") for item in shown["items"]}


def test_a_step_out_of_turn_and_a_stranger_end_with_one(run: Run, tmp_path: Path) -> None:
    number = received(run, tmp_path, COMPLAINT)[0]["number"]

    assert run("act", number, "approve_reply", "--by", "wang_wu").exit_code == 1
    assert run("show", number, "--by", "qian_qi").exit_code == 1


def test_a_tip_off_shows_metadata_alone_without_the_password(
    run: Run, tmp_path: Path, cast: Cast, session: Session, at
) -> None:
    for person, kind in ((cast.chen_er, DeskKind.DISCIPLINE), (cast.wei_si, DeskKind.CUSTODY)):
        with transaction() as open_session:
            keep_pair(open_session, new_account_pair(person.account_id, new_lock(PASSWORD)), at=at)
        open_desk(person, person.office_id, kind, at=at)
    number = received(run, tmp_path, TIP_OFF)[0]["number"]
    without = run("show", number, "--by", "chen_er", "--json")
    sealed = run("act", number, "note", "--by", "chen_er", "--text", "备注")
    with_password = run("show", number, "--by", "chen_er", "--password-stdin", "--json", input=f"{PASSWORD}\n")
    wrong = run("show", number, "--by", "chen_er", "--password-stdin", input="wrong\n")

    assert json.loads(without.stdout)["items"] == []
    assert SECRET not in without.output
    assert sealed.exit_code == 1
    assert SECRET in with_password.stdout
    assert wrong.exit_code == 1
