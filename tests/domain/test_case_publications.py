"""What may be read of an answer: properties of bars, whatever the text and wherever they lie."""

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_publications import AnswerDraft as Draft
from portal.domain.case_publications import (
    KnownPersons,
    RedactionReason,
    Span,
    always_hidden,
    draft_of,
    names_in,
    paragraphs,
    phrases_of_spans,
    plain_pieces,
    read_draft,
    read_pieces,
    spans_of_phrases,
    words_of_answer,
)
from portal.domain.redaction import find_names, places_of_names

texts = st.text(alphabet="存折归还王五\n ·甲", max_size=60)
spans = st.lists(
    st.builds(
        lambda start, length, reason: Span(start, start + length, reason),
        st.integers(0, 50),
        st.integers(1, 12),
        st.sampled_from(RedactionReason),
    ),
    max_size=6,
)


@given(texts, spans)
def test_nothing_under_a_bar_is_shown_and_everything_else_is(text: str, chosen: list[Span]) -> None:
    inside = [span for span in chosen if span.end <= len(text)]
    hidden = {place for span in inside for place in range(span.start, span.end)}
    shown = "".join(piece.text for line in paragraphs(text, inside) for piece in line)

    open_text = "".join(letter for place, letter in enumerate(text) if place not in hidden)
    assert "".join(shown.split()) == "".join(open_text.split())


@given(texts, spans)
def test_a_snapshot_gives_back_what_was_frozen(text: str, chosen: list[Span]) -> None:
    inside = tuple(span for span in chosen if span.end <= len(text))
    shown = paragraphs(text, inside)

    assert read_pieces(plain_pieces(shown)) == shown
    draft = Draft("摘要", "abc", inside)
    assert read_draft(draft_of(draft)) == draft


@given(texts, st.lists(st.sampled_from(["王五", "五甲", "折归"]), unique=True))
def test_a_name_is_found_where_it_stands_whatever_blanks_are_in_it(text: str, names: list[str]) -> None:
    places = places_of_names(text, names)
    rest = list(text)
    for start, end in places:
        rest[start:end] = "|" * (end - start)

    assert bool(places) == bool(find_names(text, names))
    assert not find_names("".join(rest), names)


def test_the_submitter_is_hidden_and_the_offices_own_number_is_not() -> None:
    known = KnownPersons(submitters=("王五",), contacts=("0537-1234567",))
    text = "王 五来电0537-1234567，已由0537-5660000答复，手机13812345674。"

    hidden = [text[span.start : span.end] for span in always_hidden(text, known, ("0537-5660000",))]
    assert hidden == ["王 五", "0537-1234567", "13812345674"]


def test_bars_of_whatever_length_look_alike() -> None:
    short, long = (words_of_answer(paragraphs("甲乙丙丁", [Span(0, end, RedactionReason.NAME)]))[0] for end in (1, 3))
    assert short.split("）")[0] == long.split("）")[0] == "■■（隐去：姓名"


def test_a_phrase_is_hidden_wherever_it_stands_and_comes_back_to_the_form_once() -> None:
    found = spans_of_phrases("王五和王五", {RedactionReason.NAME: ("王五",)})

    assert [(span.start, span.end) for span in found] == [(0, 2), (3, 5)]
    assert phrases_of_spans("王五和王五", found) == {RedactionReason.NAME: ("王五",)}


def test_names_typed_into_one_field_are_told_apart() -> None:
    assert names_in("王会计、李四 民政所；某") == ("王会计", "李四", "民政所")
