import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, g, render_template

from portal.config import ROOT
from portal.domain.fund_totals import FundStage
from portal.domain.messages import Message as Sentence
from portal.domain.programs import Program
from portal.web.labels import LABELS, label
from portal.web.languages import say

FOLDER = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES"
KEYWORDS = dict.fromkeys(("_", "gettext", "lazy_gettext", "N_")) | {
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def _read() -> Catalog:
    return read_po(BytesIO((FOLDER / "messages.po").read_bytes()), locale="en")


CATALOGUE = _read()
ENTRIES = [entry for entry in CATALOGUE if entry.id]


def _texts(entry: Message) -> tuple[str, ...]:
    return (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)


def _id(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def test_no_english_text_is_empty_or_a_guess():
    assert [_id(entry) for entry in ENTRIES if entry.fuzzy or not all(_texts(entry))] == []


def test_english_texts_have_the_same_places_to_fill():
    wrong = [
        _id(entry)
        for entry in ENTRIES
        for text in _texts(entry)
        if set(PLACE.findall(text)) != set(PLACE.findall(_id(entry)))
    ]
    assert wrong == []


def test_english_texts_with_places_can_be_filled():
    for entry in ENTRIES:
        for text in _texts(entry):
            if PLACE.search(text):
                assert text % dict.fromkeys(PLACE.findall(text), 1)


def test_every_sentence_of_the_interface_has_its_english_text():
    with (ROOT / "deploy" / "babel.cfg").open() as file:
        method_map, options_map = parse_mapping_cfg(file)
    known = {_id(entry) for entry in ENTRIES}
    missing = set()
    for folder in ("portal", "templates"):
        found = extract_from_dir(ROOT / folder, method_map, options_map, keywords=KEYWORDS)
        missing |= {_first(one[2]) for one in found} - known
    assert sorted(missing) == []


def _first(found: str | tuple[str, ...]) -> str:
    return found if isinstance(found, str) else found[0]


def test_the_compiled_catalogue_is_that_of_the_texts():
    compiled = BytesIO()
    write_mo(compiled, CATALOGUE)
    compiled.seek(0)
    with (FOLDER / "messages.mo").open("rb") as file:
        assert _pairs(read_mo(file)) == _pairs(read_mo(compiled)), "run `make translations`"


def _pairs(catalogue: Catalog) -> dict[str, tuple[str, ...]]:
    return {_id(entry): _texts(entry) for entry in catalogue if entry.id}


@pytest.fixture
def english(app: Flask):
    with app.test_request_context("/"):
        g.language = "en"
        yield


@pytest.mark.usefixtures("english")
def test_every_label_has_an_english_text():
    chinese = re.compile(r"[一-鿿]")
    assert [str(member) for labels in LABELS.values() for member in labels if chinese.search(str(label(member)))] == []
    assert str(label(Program.TEMPORARY_ASSISTANCE)) == "Temporary assistance"


@pytest.mark.usefixtures("english")
def test_a_sentence_of_the_domain_is_told_in_the_language_of_the_page():
    assert say(Sentence("没有这个区划：%(code)s", {"code": "370899"})) == "No such division: 370899"


def test_pages_are_chinese_unless_their_address_asks_for_another_language(app: Flask):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert say(Sentence("没有这个单位")) == "没有这个单位"


@pytest.mark.usefixtures("english")
def test_a_page_says_its_language(app: Flask):
    page = render_template("base.html")
    assert '<html lang="en">' in page
    assert "Skip to content" in page


def test_a_catalogue_is_read_once_for_all_requests(app: Flask, monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    load = Translations.load

    def noted(folder: str, locales: list[object], domain: str) -> object:
        read.append(str(locales[0]))
        return load(folder, locales, domain)

    monkeypatch.setattr(Translations, "load", noted)
    for language, word in (("en", "Budget"), ("zh_Hans_CN", "预算"), ("en", "Budget"), ("zh_Hans_CN", "预算")):
        with app.test_request_context("/"):
            g.language = language
            assert str(label(FundStage.BUDGET)) == word
    assert read == ["en", "zh_Hans_CN"]
