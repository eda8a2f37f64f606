"""What stays of typed words."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.typed_text import typed


def test_words_lines_and_blanks_stay_as_they_were_typed():
    text = "李小明，五口人\r\n\t住3组。𠮷野家 🏠 a\u200db"
    assert typed(text) == text


def test_what_no_keyboard_writes_is_gone():
    assert typed("甲\x00乙\x1b[31m丙\u202e丁\ufeff戊\uffff") == "甲乙[31m丙丁戊"
    assert typed("一\x0b二\u2028三\x85四") == "一\n二\n三\n四"


@given(st.text())
def test_no_control_character_is_left_and_doing_it_twice_changes_nothing(text: str):
    plain = typed(text)
    assert {one for one in plain if unicodedata.category(one) == "Cc"} <= {"\n", "\r", "\t"}
    assert typed(plain) == plain
