import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.data.tables import read_csv, read_toml
from portal.domain.archive import (
    QUERY_LENGTH,
    Piece,
    SearchWords,
    document_numbers,
    excerpt,
    looks_like_a_name,
    normalise,
    pieces,
    read_query,
)
from portal.domain.divisions import Level, display_name

DIVISIONS = [(row["name"], Level(row["level"])) for row in read_csv("divisions.csv")]
WORDS = SearchWords.from_tables(read_toml("synonyms.toml"), read_toml("search_words.toml"), DIVISIONS)


def clauses(text):
    return [clause.phrases for clause in read_query(text, WORDS).clauses]


@pytest.mark.parametrize(
    "name",
    [
        "李明",
        "李小明",
        "张建国",
        "欧阳锋",
        "诸葛珍建",
        "李＊明",
        "李*",
        "李某某",
        "欧阳＊",
        "买买提·秀全",
        " 李 小明 ".replace(" ", ""),
    ],
)
def test_a_query_shaped_like_a_name_is_answered_with_help(name):
    query = read_query(name, WORDS)
    assert query.is_name
    assert not query.clauses


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("低 保", "低保"), ("低　保 标准", "低保 标准"), ("特  困", "特困"), ("许 庄 街 道", "许庄街道")],
)
def test_characters_typed_apart_are_one_word(typed, meant):
    assert clauses(typed) == clauses(meant)


@pytest.mark.parametrize("text", ["李 明", "李 小 明 低保", "李明 许庄街道", "张建国低保", "张三的低保", "请问李小明"])
def test_a_name_beside_other_words_is_noticed(text):
    assert read_query(text, WORDS).is_name


@pytest.mark.parametrize(
    "text",
    [
        "高新",
        "任城",
        "金乡",
        "梁山",
        "曲阜",
        "邹城",
        "汶上",
        "公示",
        "低保",
        "金额",
        "高龄",
        "高龄津贴",
        "程序",
        "时间",
        "文件",
        "单人保",
        "关系保",
        "项目",
        "申请",
        "张贴",
        "管理",
        "花名册",
        "李楼",
        "石桥镇",
        "高新区",
        "张家村",
        "路费",
        "常见问题",
    ],
)
def test_places_and_words_of_the_trade_are_no_names(text):
    query = read_query(text, WORDS)
    assert not query.is_name
    assert query.clauses


def test_no_division_is_taken_for_a_name():
    shown = {display_name(name, level) for name, level in DIVISIONS}
    assert [name for name in shown if read_query(name, WORDS).is_name] == []


def test_a_visitor_may_say_that_it_is_no_name():
    assert read_query("李明", WORDS, literally=True).clauses[0].phrases == ("李明",)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("低保", "最低生活保障"),
        ("吃低保", "最低生活保障"),
        ("低保钱", "最低生活保障"),
        ("底保", "最低生活保障"),
        ("五保户", "特困"),
        ("救济款", "临时救助"),
        ("困难补助", "临时救助"),
        ("折子", "一卡通"),
        ("一卡通", "一本通"),
        ("好处费", "吃拿卡要"),
        ("冒领", "虚报冒领"),
    ],
)
def test_everyday_words_also_find_the_official_ones(said, meant):
    (phrases,) = clauses(said)
    assert phrases[0] == said
    assert meant in phrases


def test_spoken_filler_is_dropped():
    assert clauses("俺村低保啥时候发") == clauses("低保")
    assert clauses("咋申请五保户") == clauses("申请 五保户")


def test_a_query_without_spaces_is_cut_at_known_words():
    assert [phrases[0] for phrases in clauses("任城区许庄街道2026年11月低保公示")] == [
        "任城区", "许庄街道", "2026年11月", "低保", "公示",
    ]  # fmt: skip


def test_a_village_in_full_means_its_short_name():
    name, level = next(pair for pair in DIVISIONS if pair[0].endswith("村民委员会"))
    assert clauses(name)[0] == (name, display_name(name, level))


@pytest.mark.parametrize("text", ["村", "低", "啥", "?", "的"])
def test_a_lone_character_is_too_short(text):
    query = read_query(text, WORDS)
    assert query.is_too_short
    assert not query.clauses


def test_a_lone_character_beside_a_word_is_passed_over():
    assert clauses("查 低保") == clauses("低保")


def test_an_empty_query_is_neither_short_nor_a_name():
    query = read_query("  ", WORDS)
    assert (query.clauses, query.is_name, query.is_too_short) == ((), False, False)


DOCUMENT_NUMBERS = [
    "济民字〔2020〕21号", "济民字[2020]21号", "济民字（2020）21号", "济民字(2020)21号", "济民字【2020】21号", "济民字［2020］21号",
    "济民字〔2020〕21", "济民字 〔 2020 〕 第 21 号", "济民字２０２０年２１号", "济民字2020 21", "济民字2020-21",
]  # fmt: skip


@pytest.mark.parametrize("text", DOCUMENT_NUMBERS)
def test_a_document_number_is_one_word_in_any_brackets(text):
    assert clauses(text) == [("济民字〔2020〕21号",)]
    assert clauses(f"低保政策{text}文件")[0] == ("济民字〔2020〕21号",)


def test_the_number_of_a_publication_is_one_word_however_it_is_typed():
    for text in ("GS-2026-000123", "gs-2026-123", "ＧＳ—2026－000123", "GS2026000123", "GS 2026 000123"):
        assert clauses(text) == [("gs-2026-000123",)], text


def test_what_was_looked_for_is_marked_in_any_brackets():
    marked = pieces("转发济民字（2020）21号的通知", ["济民字〔2020〕21号"])
    assert marked == (Piece("转发"), Piece("济民字（2020）21号", is_marked=True), Piece("的通知"))


def test_an_excerpt_surrounds_the_first_phrase():
    text = "甲" * 300 + "低保" + "乙" * 300
    shown = excerpt(text, ["低保"], 60)
    assert "低保" in shown
    assert shown[0] == shown[-1] == "…"
    assert excerpt("短", ["低保"], 60) == "短"


@given(st.text(max_size=200))
def test_any_text_is_understood_without_failing(text):
    query = read_query(text, WORDS)
    assert len(query.text) <= QUERY_LENGTH
    assert not (query.clauses and (query.is_name or query.is_too_short))


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_marking_changes_no_letter(text, phrases):
    assert "".join(piece.text for piece in pieces(text, phrases)) == text


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_more(text):
    assert normalise(normalise(text)) == normalise(text)


@given(st.integers(1949, 2099), st.integers(1, 9999))
def test_every_document_number_reads_back(year, serial):
    ((number, _, _),) = document_numbers(f"鲁民函〔{year}〕{serial}号")
    assert (number.agency, number.year, number.serial) == ("鲁民函", year, serial)


def test_masked_and_plain_names_are_judged_alone():
    assert looks_like_a_name("王小二", WORDS)
    assert not looks_like_a_name("2026年", WORDS)
