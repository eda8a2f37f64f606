import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask, g
from werkzeug.datastructures import MultiDict

from portal.config import ROOT
from portal.domain.errors import InvalidError
from portal.domain.messages import Message
from portal.domain.permissions import Permission
from portal.domain.typed_text import day_in
from portal.web.desk import components
from portal.web.forms.base import DeskForm, TextField, compact
from tests.cast import Cast
from tests.pages import page_faults

STATIC = ROOT / "static"


@pytest.fixture
def page(app: Flask, cast: Cast) -> str:
    with app.test_request_context("/desk/components"):
        g.actor = cast.zhang_san
        return components.components()


def test_the_living_page_belongs_to_the_desk():
    assert components.components.access == Permission.USE_DESK


def test_the_living_page_is_valid_and_shows_every_macro(page: str):
    assert page_faults(page, {"Content-Security-Policy": "default-src 'none'"}) == []
    macros = set()
    for source in (ROOT / "templates" / "components").glob("[!_]*.html"):
        macros |= set(re.findall(r"macro ([a-z]\w*)\(", source.read_text()))
    shown = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    assert sorted(name for name in macros if not re.search(rf"[{{ ]{name}\(", shown)) == []


def test_an_error_is_said_at_the_top_linked_and_beside_its_control(page: str):
    assert '<a href="#old-title">请填写标题</a>' in page
    assert '<a href="#old-step-0">请选择下一步</a>' in page
    assert 'id="old-title-error"' in page
    assert 'aria-describedby="old-title-hint old-title-error"' in page


def test_every_control_has_a_label_and_every_reference_a_target(page: str):
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    wanted = set(re.findall(r'\bfor="([^"]+)"', page)) | set(re.findall(r'href="#([^"]+)"', page))
    for value in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
        wanted |= set(value.split())
    assert wanted <= ids
    controls = _Controls.of(page)
    assert controls <= set(re.findall(r'\bfor="([^"]+)"', page))


def test_tables_scroll_in_a_region_that_the_keyboard_reaches(page: str):
    assert '<div class="scroll" role="region" tabindex="0" aria-label="拟纳入最低生活保障对象名单">' in page
    assert '<th scope="col" class="number">月保障金额（元）</th>' in page


def test_an_old_token_keeps_what_was_typed(app: Flask):
    class Form(DeskForm):
        title = TextField("标题")

    with app.test_request_context("/desk/", method="POST", data={"title": " 公示 ", "csrf_token": "old"}):
        form = Form()
        assert not form.validate()
        assert form.title.data == "公示"
        assert "核对后再提交" in form.errors["csrf_token"][0]


def test_a_form_posted_again_keeps_its_idempotency_key(app: Flask):
    with app.test_request_context("/desk/", method="POST", data={"idempotency_key": "k1"}):
        assert DeskForm().idempotency_key.data == "k1"
    with app.test_request_context("/desk/"):
        assert DeskForm().idempotency_key.data != DeskForm().idempotency_key.data


def test_a_use_cases_sentences_stand_beside_their_fields(app: Flask):
    class Form(DeskForm):
        title = TextField("标题")

    with app.test_request_context("/desk/"):
        form = Form(formdata=None)
        form.refuse(InvalidError("不能保存", fields={"title": Message("太长"), "other": Message("别处不对")}))
        assert list(form.title.errors) == ["太长"]
        assert form.form_errors == ["别处不对"]


def test_a_day_field_keeps_what_it_cannot_read(app: Flask):
    with app.test_request_context("/desk/"):
        form = components.SampleForm(formdata=MultiDict({"day": "二月三十"}))
        assert not form.day.validate(form)
        assert form.day.data == "二月三十"
        assert form.day.day is None


@pytest.mark.parametrize("text", ["2026年1月5日", "2026-1-5", "20260105", "2026/01/05", "2026.1.5"])
def test_a_day_may_be_written_as_people_write_it(text: str):
    assert day_in(text) == date(2026, 1, 5)


@pytest.mark.parametrize("text", ["2026-2-30", "20261301", "1月5日", "昨天", ""])
def test_what_is_no_day_is_none(text: str):
    assert day_in(text) is None


def test_full_width_figures_become_plain_and_lose_their_spaces():
    assert compact("０５３７ - １２３") == "0537-123"


def test_the_script_stays_small():
    assert (STATIC / "js" / "site.js").stat().st_size <= 5 * 1024


@pytest.mark.parametrize(("chosen", "scope"), [("plain", ":root"), ("contrast", "html.contrast")])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"),
        ("muted", "paper"),
        ("muted", "wash"),
        ("link", "paper"),
        ("link", "wash"),
        ("error", "paper"),
        ("on-brand", "brand"),
        ("on-action", "action"),
        ("good-ink", "good-wash"),
        ("busy-ink", "busy-wash"),
        ("wait-ink", "wait-wash"),
        ("bad-ink", "bad-wash"),
        ("ink", "bad-wash"),
    ],
)
def test_every_pair_of_colours_has_enough_contrast(chosen: str, scope: str, ink: str, ground: str):
    colours = _colours(":root") | _colours(scope)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scope", [":root", "html.contrast"])
def test_borders_of_controls_and_the_focus_ring_can_be_seen(scope: str):
    colours = _colours(":root") | _colours(scope)
    assert _contrast(colours["edge"], colours["paper"]) >= 3
    assert max(_contrast(colours[ring], colours["paper"]) for ring in ("ring", "ring-edge")) >= 3


def _colours(scope: str) -> dict[str, str]:
    css = Path(STATIC / "css" / "site.css").read_text()
    block = css.split(f"{scope} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class _Controls(HTMLParser):
    """The ids of all controls that need a label."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    @classmethod
    def of(cls, page: str) -> set[str]:
        parser = cls()
        parser.feed(page)
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"select", "textarea"} or (tag == "input" and values.get("type") != "hidden"):
            self.found.add(str(values.get("id")))
