"""Whatever stands in a field of a form of cases, the page does not break, and what was typed comes back as text.

The forms are found on the pages themselves: of cases at every stage (tests/web/case_stages.py), as everybody who works
on them and their submitters see them. After a form that was taken the database is put back as it was.
"""

import html
import io
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.domain.typed_text import typed
from portal.models.base import db
from portal.models.transaction import empty_journal
from portal.sealing import query_codes
from portal.usecases import intake, progress_sessions
from portal.web.desk.case_step_words import WORDS
from tests.databases import SERVER
from tests.desk import Desks, hidden_fields, send, with_cast
from tests.usecases.case_answers import AFTER
from tests.usecases.cases import Handed
from tests.web.case_stages import STAGES

MARK = "标记"
"""Stands before whatever is typed, with the field's number: by it what came back is found."""
NASTY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</textarea><b>", "{{7*7}}", "' OR 1=1 --",
         "\x00", "\u202e", "\ud7ff\U0010ffff", "９" * 30, "长" * 10_001, "a\r\nb", "-1", "2026-02-30", "²", "9" * 5000]
    ),
)  # fmt: skip
FUZZ = settings(
    max_examples=3, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
ROOMS = re.compile(
    r"/desk/(?:cases/(?:new|transfers|register|filters)|cases/SQ-[0-9-]+/publication|case-publications|case-desks"
    r"|identity-requests|clarifications|delegations)(?:/|$)"
)
STARTS = ("cases/new", "cases/transfers", "cases/register", "case-publications/", "case-desks/", "identity-requests/",
          "clarifications/", "delegations/", "cases/filters/new?mine=1")  # fmt: skip
AT_CASES, ABOVE = ("zhao_liu", "li_si", "wang_wu"), ("in reexamination", "in final review", "declined")
ANSWERS = {200, 303, 409, 422, *({403, 404} if SERVER else ())}
"""Where nothing is put back, a case may be gone for somebody."""
MOST_OFFERS = 4
"""So many stages and persons at which one kind of form is tried."""
TOKENS = ("csrf_token", "idempotency_key")
TAKEN_ELSEWHERE = {"desk_cases.rescan", "desk_delegations.end", "desk_case_filters.remove", "public_progress.progress",
                   "public_progress.leave"}  # fmt: skip
"""Buttons without a field, and the one that asks for the code (tests/web/test_progress.py)."""


@pytest.fixture(autouse=True)
def _cheap_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_codes, "_MEMORY_KIB", 8)  # the cost of a code is not what is tried here
    assert intake.derive is progress_sessions.derive is query_codes.derive


class Fields(HTMLParser):
    """The fields of a form that somebody can see: what may be typed freely, what only chosen, what is a file."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.typed, self.files = set[str](), set[str]()
        self.chosen = defaultdict[str, list[str]](list)
        self._list = ""
        self.feed(form)

    @property
    def any(self) -> bool:
        """Whether there is more to a form than its button."""
        return bool(self.typed or self.chosen or self.files)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "option":
            self.chosen[self._list].append(given.get("value", ""))
        elif tag == "select":
            self._list = name
        elif tag == "textarea" or (tag == "input" and name and kind not in _NOT_TYPED):
            self.typed.add(name)
        elif tag == "input" and kind in {"radio", "checkbox"}:
            self.chosen[name].append(given.get("value", "y"))
        elif tag == "input" and kind == "file":
            self.files.add(name)


_NOT_TYPED = {"radio", "checkbox", "file", "hidden", "submit", "password"}


@dataclass(frozen=True)
class Offer:
    """A form that somebody's page offers; with an empty action the page sends it to itself."""

    browser: FlaskClient
    page: str
    action: str = ""

    @cached_property
    def shown(self) -> str:
        """The page; nothing in it changes, because whatever a form has done is undone."""
        return self.browser.get(self.page).text

    @property
    def form(self) -> str:
        """The form; empty where the page leads on because the thing was done already."""
        return dict(forms_on(self.shown)).get(self.action, "")

    @property
    def goal(self) -> str:
        return self.action or self.page


def forms_on(page: str) -> Iterator[tuple[str, str]]:
    """Every posted form with its action."""
    for form in re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", page, re.DOTALL):
        action = re.search(r'action="([^"]*)"', form.split(">")[0])
        yield html.unescape(action.group(1)) if action else "", form


def links_on(page: str) -> set[str]:
    return {html.unescape(href).partition("?")[0] for href in re.findall(r'<a[^>]*href="([^"#]+)"', page)}


def offered_at_desks(desks: Desks, cases: dict[str, Handed]) -> Iterator[Offer]:
    """The steps that the pages of the cases offer, and every form of the rooms beside them."""
    for stage, handed in cases.items():
        who = ("chen_er",) if stage == "tip-off" else AT_CASES + (("feng_yi",) if stage in ABOVE else ())
        for name in who:
            page = desks[name].get(f"/desk/cases/{handed.number}").text
            steps = set(re.findall(rf"/desk/cases/{handed.number}/(?:steps/[a-z-]+|publication)", page))
            yield from (Offer(desks[name], path, path) for path in sorted(steps))
    for browser in [desks[name] for name in (*AT_CASES, "wu_shi", "chen_er", "wei_si")]:
        seen, waiting = set[str](), [f"/desk/{start}" for start in STARTS]
        while waiting:
            path = waiting.pop()
            answer = browser.get(path)
            seen.add(path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield from (Offer(browser, path, to) for to, _ in forms_on(answer.text) if not to or ROOMS.match(to))
                waiting += sorted(one for one in links_on(answer.text) - seen if ROOMS.match(one))
                seen |= set(waiting)


def offered_to_submitters(app: Flask, cases: dict[str, Handed]) -> Iterator[Offer]:
    """What the page of each submitter offers him."""
    for handed in cases.values():
        browser = FlaskClient(app, app.response_class, use_cookies=True)
        page = browser.post("/cases/progress", data={"code": handed.code.digits}, follow_redirects=True).text
        for path in sorted(links_on(page)):
            if re.fullmatch(r"/cases/progress/[a-z-]+", path):
                action = path if path.endswith("/files") else ""
                yield Offer(browser, path, action)


class Shelf:
    """The database as it was; PostgreSQL's lies elsewhere, and there what a form has changed stays changed."""

    def __init__(self, app: Flask) -> None:
        self._app, self._file = app, Path(db.engine.url.database or "") if not SERVER else None
        if self._file:
            empty_journal()
            shutil.copyfile(self._file, self._file.with_suffix(".kept"))

    def put_back(self) -> None:
        if self._file is None:
            return
        with self._app.app_context():
            db.session.remove()
            db.engine.dispose()
        for rest in self._file.parent.glob(f"{self._file.name}-*"):
            rest.unlink()
        shutil.copyfile(self._file.with_suffix(".kept"), self._file)


def filled(form: str, sent: dict[str, Any], data: st.DataObject) -> dict[str, str]:
    """Fill every field with something or nothing; gives what was typed, each piece with its mark."""
    fields, words = Fields(form), dict[str, str]()
    for number, name in enumerate(sorted(fields.typed)):
        if data.draw(st.booleans()):
            words[name] = f"{MARK}{number}：{data.draw(NASTY)}"
    for name, values in sorted(fields.chosen.items()):
        if data.draw(st.booleans()):
            sent[name] = data.draw(st.one_of(st.sampled_from(values), st.sampled_from(values), NASTY))
    for name in sorted(sent.keys() - fields.chosen.keys() - set(TOKENS)):
        if data.draw(st.integers(0, 5)) == 5:
            sent[name] = data.draw(NASTY)  # what a page hides comes back changed only from whoever means it
    for name in sorted(fields.files):
        if data.draw(st.booleans()):
            sent[name] = (io.BytesIO(data.draw(NASTY).encode()), data.draw(st.sampled_from(["a.txt", "b.csv", "<b>"])))
    return words


def fuzz(offer: Offer, data: st.DataObject) -> int:
    """Fill in the form of a page, send it, and look at what comes."""
    sent: dict[str, Any] = dict(hidden_fields(offer.shown, offer.action))
    words = filled(offer.form, sent, data)
    answer = offer.browser.post(offer.goal, data={**sent, **words})
    assert answer.status_code in ANSWERS, (offer.goal, answer.status_code)
    if answer.mimetype == "text/html":
        shown = html.unescape(answer.text)
        assert typed(shown) == shown, offer.goal
        assert not re.search("<script>alert|<img src=x|</textarea><b>", answer.text), offer.goal
        if answer.status_code in {409, 422}:
            lost = [name for name, value in words.items() if value.partition("：")[0] not in shown]
            assert not lost, (offer.goal, answer.status_code, lost)
    return answer.status_code


def prepared(app: Flask, at: datetime, clock: time_machine.Traveller) -> tuple[dict[str, Handed], Desks]:
    """Cases at every stage, and browsers that do not judge the HTML, which other tests do more cheaply."""
    app.test_client_class = FlaskClient
    cases = {"answer public": with_cast(app, lambda *made, at: STAGES["answer public"](*made, at))}
    clock.move_to(at + AFTER)
    desks = Desks(app)
    for who, kind in (("chen_er", "discipline"), ("wei_si", "custody"), ("zhao_liu", "case")):
        _press(desks[who], f"/desk/case-desks/{kind}")
    for stage in STAGES.keys() - cases.keys():
        cases[stage] = with_cast(app, lambda *made, at, build=STAGES[stage]: build(*made, at))
    _press(desks["wei_si"], f"/desk/identity-requests/{cases['voice opened'].number}")
    return {stage: cases[stage] for stage in STAGES}, desks


def _press(browser: FlaskClient, path: str) -> None:
    assert send(browser, path, action=path).status_code == 200


def kind_of(offer: Offer) -> str:
    """Forms that differ in their numbers alone are one."""
    return re.sub(r"[A-Z]{2}-\d{4}-\d+|\d+", "n", offer.goal)


def missed(app: Flask, found: dict[str, list[Offer]]) -> set[str]:
    """The places of cases that take a form, and are not tried."""
    urls = app.url_map.bind("localhost")
    tried = {urls.match(offers[0].goal, "POST")[0] for offers in found.values()}
    rooms = {
        "desk_cases",
        "desk_clarifications",
        "desk_identity_requests",
        "desk_registrations",
        "desk_delegations",
        "public_progress",
    }
    wanted = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and (rule.endpoint.startswith("desk_case_") or rule.endpoint.partition(".")[0] in rooms)
    }
    steps = {f"/desk/cases/n/steps/{action.replace('_', '-')}" for action in WORDS}
    return (wanted - tried - TAKEN_ELSEWHERE) | (steps - found.keys())


def test_no_form_of_cases_breaks_or_loses_what_was_typed(app: Flask, at: datetime) -> None:
    with time_machine.travel(at, tick=False) as clock:
        cases, desks = prepared(app, at, clock)
        found = defaultdict[str, list[Offer]](list)
        for offer in (*offered_at_desks(desks, cases), *offered_to_submitters(app, cases)):
            found[kind_of(offer)].append(offer)
        assert not missed(app, found)
        with app.app_context():
            shelf = Shelf(app)
        for offers in found.values():
            shown = [one for one in offers if one.form]
            forms = shown[:: max(1, len(shown) // MOST_OFFERS)]
            assert forms or SERVER, offers[0].goal
            if not forms:  # a form that was tried before has used the step up, and there nothing puts it back
                continue
            once = settings(FUZZ, max_examples=3 if Fields(forms[0].form).any else 1)

            @once
            @given(which=st.sampled_from(forms), data=st.data())
            def every_field(which: Offer, data: st.DataObject) -> None:
                if fuzz(which, data) not in {409, 422}:
                    shelf.put_back()

            every_field()
