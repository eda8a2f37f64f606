"""Whatever stands in a field of a form of cases, the page does not break, and what was typed comes back as text."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.case_actions import Action
from portal.sealing import query_codes
from portal.usecases import intake, progress_sessions
from tests.desk import Desks, hidden_fields, with_cast
from tests.usecases.cases import COMPLAINT, Handed, hand_in
from tests.web.test_desk_cases import in_hand, taken

MARK = "标记"
"""Stands before whatever is typed, with the field's number: by it what came back is found."""
NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><b>", "{{7*7}}", "' OR 1=1 --",
         "\x00", "\u202e", "\ud7ff\U0010ffff", "９" * 30, "长" * 10_001, "a\r\nb", "-1", "2026-02-30"]
    ),
)  # fmt: skip
STAGES = ("received", "registered", "in hand")
STAFF = ("zhao_liu", "li_si", "wang_wu")
OWN = ("supply", "name", "withdraw")
FUZZ = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_codes, "_MEMORY_KIB", 8)  # the cost of a code is not what is tried here
    assert intake.derive is progress_sessions.derive is query_codes.derive


@pytest.fixture
def desks(app: Flask) -> Desks:
    """Browsers that do not judge the HTML: a control character that is typed comes back as one."""
    app.test_client_class = FlaskClient
    return Desks(app)


class Fields(HTMLParser):
    """The visible fields of the posted forms in <main>: what may be typed freely, and what only chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.typed, self.chosen, self._inside = set[str](), set[str](), False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "form":
            self._inside = (given.get("method") or "").lower() == "post"
        name = given.get("name")
        if not self._inside or not name or given.get("type") in {"hidden", "submit", "file"}:
            return
        free = tag == "textarea" or (tag == "input" and given.get("type") not in {"radio", "checkbox"})
        (self.typed if free else self.chosen).add(name)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"


def fuzz(client: FlaskClient, path: str, page: str, data: st.DataObject, action: str = "") -> None:
    """Fill every field of the page's form with something or nothing, send it, and look at what comes."""
    fields = Fields(page)
    sent = hidden_fields(page, action)
    typed = {}
    for number, name in enumerate(sorted(fields.typed - sent.keys())):
        if data.draw(st.booleans()):
            typed[name] = f"{MARK}{number}：{data.draw(NASTY)}"
    for name in sorted(fields.chosen - sent.keys()):
        if data.draw(st.booleans()):
            sent[name] = data.draw(NASTY)
    answer = client.post(path, data={**sent, **typed})
    assert answer.status_code in {200, 303, 409, 422}, (path, answer.status_code)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert "</textarea><b>" not in answer.text
    if answer.status_code in {409, 422} and typed:
        shown = html.unescape(answer.text)
        lost = [name for name, value in typed.items() if value.partition("：")[0] not in shown]
        assert not lost, (path, answer.status_code, lost)


def prepared(app: Flask, stage: str) -> str:
    """A fresh case at a stage."""
    handed: Handed = with_cast(app, lambda services, _cast, at: hand_in(services, COMPLAINT, at=at))
    if stage == "registered":
        taken(app, handed.number, "zhao_liu", Action.REGISTER)
    elif stage == "in hand":
        in_hand(app, handed.number)
    return handed.number


def steps_open_to(app: Flask, desks: Desks) -> Iterator[tuple[str, str, str]]:
    """Every step of the desk that somebody may take at a stage."""
    for stage in STAGES:
        number = prepared(app, stage)
        for who in STAFF:
            page = desks[who].get(f"/desk/cases/{number}").text
            for step in sorted(set(re.findall(rf"/desk/cases/{number}/steps/([a-z-]+)", page))):
                yield stage, who, step


def test_no_step_of_the_desk_breaks_or_loses_what_was_typed(app: Flask, desks: Desks) -> None:
    found = list(steps_open_to(app, desks))
    assert {stage for stage, _, _ in found} == set(STAGES)
    assert {"register", "decline", "draft-reply", "message", "note"} <= {step for _, _, step in found}

    @FUZZ
    @given(which=st.sampled_from(found), data=st.data())
    def every_field(which: tuple[str, str, str], data: st.DataObject) -> None:
        stage, who, step = which
        path = f"/desk/cases/{prepared(app, stage)}/steps/{step}"
        page = desks[who].get(path)
        assert page.status_code == 200
        fuzz(desks[who], path, page.text, data, path)

    every_field()


def test_no_registration_breaks_or_loses_what_was_typed(app: Flask, desks: Desks) -> None:
    path = "/desk/cases/new"

    @FUZZ
    @given(data=st.data())
    def every_field(data: st.DataObject) -> None:
        page = desks["zhao_liu"].get(path)
        assert page.status_code == 200
        fuzz(desks["zhao_liu"], path, page.text, data, path)

    every_field()


def test_no_naming_of_a_substitute_breaks_or_loses_what_was_typed(app: Flask, desks: Desks) -> None:
    path = "/desk/delegations/new"

    @FUZZ
    @given(data=st.data())
    def every_field(data: st.DataObject) -> None:
        page = desks["zhao_liu"].get(path)
        assert page.status_code == 200
        fuzz(desks["zhao_liu"], path, page.text, data, path)

    every_field()


def test_no_form_of_the_submitters_page_breaks_or_loses_what_was_typed(app: Flask) -> None:
    @FUZZ
    @given(step=st.sampled_from(OWN), data=st.data())
    def every_field(step: str, data: st.DataObject) -> None:
        handed: Handed = with_cast(app, lambda services, _cast, at: hand_in(services, COMPLAINT, at=at))
        client = FlaskClient(app, app.response_class, use_cookies=True)
        client.post("/cases/progress", data={"code": handed.code.digits})
        path = f"/cases/progress/{step}"
        page = client.get(path)
        assert page.status_code in {200, 409}, step
        if page.status_code == 200:
            fuzz(client, path, page.text, data)

    every_field()
