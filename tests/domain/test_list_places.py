"""Places in lists: they come back as they were written, and never look like anybody's number."""

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.list_places import read_place, write_place
from portal.domain.redaction import find_personal_data
from portal.queries.paging import EPOCH, Cursor, read_cursor
from portal.search.engine import Cursor as SearchCursor

INSTANTS = st.integers(0, 253_402_300_799_999_999)
IDS = st.integers(0, 2**48 - 1)


@given(INSTANTS, IDS)
@example(1_763_604_000_000_006, 1)  # in plain figures a bank card
@example(0x13812345678, 0x13812345678)  # figures alone, and a mobile number
def test_a_place_comes_back_and_looks_like_nobodys_number(instant: int, ident: int):
    written = write_place(instant, ident)
    assert read_place(written) == (instant, ident)
    assert find_personal_data(f'href="/notices/?after={written}"', landlines=True) == ()


@given(st.text(max_size=40))
@example("1763604000000006-1")
@example("t0n")
@example("t" + "f" * 15 + "n1")
@example("t00n1")
@example("t0n" + "f" * 13)
def test_anything_else_is_the_first_page(text: str):
    assert read_cursor(text) is None or str(read_cursor(text)) == text
    assert SearchCursor.parse(text) is None or str(SearchCursor.parse(text)) == text


def test_a_place_that_no_calendar_reaches_is_the_first_page():
    assert read_cursor("t" + "f" * 15 + "n1") is None
    assert read_cursor(str(Cursor(EPOCH + timedelta(days=20_000), 7))) == Cursor(EPOCH + timedelta(days=20_000), 7)
