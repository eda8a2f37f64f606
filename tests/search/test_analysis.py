import pytest

from portal.search.analysis import index_tokens, query_tokens


def holds(text: str, phrase: str) -> bool:
    tokens = query_tokens(phrase)
    return bool(tokens) and tokens <= index_tokens([text])


@pytest.mark.parametrize("village", ["航运新村", "大山头村", "廿里铺", "东柳下邑村", "王府集"])
def test_a_village_is_found_without_a_dictionary(village):
    assert holds(f"公布{village}2026年名单", village)


@pytest.mark.parametrize("phrase", ["生活", "保障", "11月", "2026年11月", "12户", "第12"])
def test_words_of_two_characters_and_figures_are_found(phrase):
    assert holds("最低生活保障2026年11月第12户", phrase)


def test_a_figure_does_not_find_a_part_of_another():
    assert not holds("2026年11月", "1月")
    assert not holds("共112户", "12户")


def test_texts_do_not_run_into_each_other():
    assert not query_tokens("民济") <= index_tokens(["人民", "济宁"])


@pytest.mark.parametrize(
    "written", ["济民字〔2020〕21号", "济民字[2020]21号", "济民字（2020）21号", "济民字【2020】21"]
)
@pytest.mark.parametrize("typed", ["济民字〔2020〕21号", "济民字(2020)21", "民字【2020】21号", "〔2020〕21号"])
def test_a_document_number_is_found_whatever_brackets_either_side_uses(written, typed):
    assert holds(f"根据{written}文件的规定", typed)


def test_a_document_number_finds_no_other_number():
    assert not holds("济民字〔2020〕210号", "济民字〔2020〕21号")
    assert not holds("鲁民字〔2020〕21号", "济民字〔2020〕21号")


def test_the_number_of_a_publication_is_found_whole():
    assert holds("GS-2026-000123", "gs-2026-000123")
    assert not holds("GS-2026-000124", "gs-2026-000123")


def test_punctuation_alone_is_no_word():
    assert query_tokens("，。！") == frozenset()
