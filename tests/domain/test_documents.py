import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.document_text import PartKind, html_of, is_safe_link, parts_of, words_of
from portal.domain.documents import (
    DocumentCategory,
    DocumentContent,
    Validity,
    content_of,
    content_of_file,
    draft_of,
    faults_in,
    filled,
    repealed_from_table,
    stale_basis,
    standards_table,
)
from portal.domain.errors import InvalidError
from portal.domain.programs import Program

ELEMENTS = {
    *(
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "em",
        "strong",
        "a",
        "hr",
        "br",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "s"),
}
"""Whatever an officer types, nothing else comes out of it: no picture, no script, no frame."""

GUIDE = DocumentContent(
    "怎样申请低保", DocumentCategory.GUIDE, "# 条件\n\n收入少。\n", program=Program.SUBSISTENCE_ALLOWANCE
)
REPEALED = repealed_from_table(
    {
        "documents": [
            {
                "title": "信访条例（国务院令第431号）",
                "cited_as": ["国务院令第431号", "《信访条例》", "民发〔2012〕220号"],
                "repealed_on": date(2022, 5, 1),
                "replaced_by": "信访工作条例",
            }
        ]
    }
)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example/x",
        "&#106;avascript:alert(1)",
        "mailto:a@b.example",
    ],
)
def test_a_link_leads_only_to_web_pages_or_inside_the_site(url: str):
    assert "href" not in html_of(f"[看]({url}) <{url}>\n\n[又看][一]\n\n[一]: {url}")


def test_a_backslash_never_becomes_a_slash():
    assert 'href="/%5Cevil.example"' in html_of("[看](/\\evil.example)")
    assert not is_safe_link("/\\evil.example")


def test_web_pages_and_pages_of_the_site_become_links():
    page = html_of("[国家](https://example.gov.cn/a) [公示](/notices/)")
    assert '<a href="https://example.gov.cn/a" rel="external">国家</a>' in page
    assert '<a href="/notices/">公示</a>' in page


@given(st.text(alphabet="<>/ab\"'=()[]!`*_#|-\n:&;avsript", max_size=80))
def test_no_typed_tag_becomes_a_tag(text: str):
    page = html_of(text)
    for danger in ("<script", "<img", "<a onclick", "javascript:", " style=", "<iframe"):
        assert danger not in page.replace("&lt;", "").lower() or danger == "javascript:"
    assert 'href="javascript' not in page.lower()


def test_html_in_the_text_is_shown_as_text():
    page = html_of("你好<script>alert(1)</script>\n\n<div onclick=x>块</div>\n\n![图](https://a.example/x.png)")
    assert "<script" not in page
    assert "<div" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_headings_begin_below_the_title_of_the_page():
    assert html_of("# 一\n\n## 二") == "<h2>一</h2>\n<h3>二</h3>\n"
    assert html_of("### 一\n\n##### 二\n\n### 三") == "<h2>一</h2>\n<h3>二</h3>\n<h2>三</h2>\n"
    assert [part.level for part in parts_of("### 一\n\n##### 二")] == [1, 2]


def test_a_table_has_heads_a_caption_and_no_style():
    page = html_of("| 地方 | 元 |\n| --- | ---: |\n| 城市 | 930 |")
    assert '<th scope="col">地方</th>' in page
    assert '<td class="number">930</td>' in page
    assert 'aria-label="表1"' in page
    assert "style" not in page


def test_a_line_break_between_chinese_words_is_no_blank():
    assert html_of("救助\n资金") == "<p>救助资金</p>\n"
    assert html_of("open\ndata") == "<p>open data</p>\n"


def test_parts_hold_the_words_without_markup():
    text = "# 条件\n\n**收入**少，见[办法](/help/)。\n\n1. 一\n2. 二\n   - 甲\n\n| 地方 | 元 |\n| --- | ---: |\n| 城市 | 930 |\n"
    heading, paragraph, numbered, table = parts_of(text)
    assert (heading.kind, heading.level, heading.lines) == (PartKind.HEADING, 1, ("条件",))
    assert paragraph.lines == ("收入少，见办法。",)
    assert numbered.lines == ("一", "二　甲")
    assert (table.lines, table.rows, table.number_places) == (("地方", "元"), (("城市", "930"),), (1,))
    assert words_of(text) == "条件 收入少，见办法。 一 二　甲 地方 元 城市 930"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str):
    elements = set(re.findall(r"</?([a-zA-Z][^\s/>]*)", html_of(text)))
    assert elements <= ELEMENTS
    assert not re.search(r"\s(?:on\w+|style|src)=", re.sub(r"(?<=>)[^<]*", "", html_of(text)))
    assert not words_of(text).startswith(" ")


def test_a_draft_gives_back_the_same_content():
    content = DocumentContent(
        "标题",
        DocumentCategory.POLICY,
        "文",
        dated_on=date(2020, 5, 1),
        review_on=date(2027, 1, 1),
        issuer="济宁市民政局",
    )
    assert content_of(draft_of(content)) == content
    assert content_of(draft_of(GUIDE)) == GUIDE


def test_a_guide_names_its_programme_and_a_void_document_says_why():
    assert faults_in(GUIDE) == {}
    bare = DocumentContent("", DocumentCategory.GUIDE, " ", validity=Validity.VOID)
    assert set(faults_in(bare)) == {"title", "body", "program", "validity_note"}
    assert set(faults_in(DocumentContent("长" * 101, DocumentCategory.POLICY, "文"))) == {"title"}


def test_a_file_has_a_head_and_a_body():
    text = '+++\ntitle = "办法"\ncategory = "policy"\ndated_on = 2020-05-01\n+++\n# 一\n\n+++\n'
    content = content_of_file("\ufeff" + text.replace("\n", "\r\n"))
    assert (content.title, content.dated_on, content.body) == ("办法", date(2020, 5, 1), "# 一\n\n+++\n")


@pytest.mark.parametrize(
    "text",
    [
        "没有文件头",
        "+++\ntitle = \n+++\n文",
        '+++\ntitle = "无种类"\n+++\n文',
        '+++\ntitle = "x"\ncategory = "novel"\n+++\n文',
        '+++\ntitle = "x"\ncategory = "policy"\ndated_on = "去年"\n+++\n文',
        '+++\ntitle = "x"\ncategory = "policy"\nsecret = "1"\n+++\n文',
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(text: str):
    with pytest.raises(InvalidError):
        content_of_file(text)


def test_the_places_of_a_body_are_filled_and_none_stays_open():
    content = DocumentContent("t", DocumentCategory.POLICY, "打{hotline}。")
    assert filled(content, {"hotline": "0537-1234567"}).body == "打0537-1234567。"
    with pytest.raises(InvalidError):
        filled(content, {})


def test_standards_stand_in_a_table_or_the_reader_is_told_to_ask():
    assert "| 农村 | 720.00 |" in standards_table({"rural": 72_000}, Program.SUBSISTENCE_ALLOWANCE)
    assert "请打下面的电话问" in standards_table({}, Program.SUBSISTENCE_ALLOWANCE)
    assert "每人最多930.00元" in standards_table({"all": 93_000}, Program.TEMPORARY_ASSISTANCE)


def test_a_repealed_document_is_found_by_number_or_quoted_title_from_its_day_on():
    after, before = date(2022, 5, 1), date(2022, 4, 30)
    assert stale_basis("根据《信访条例》办理", REPEALED, after)
    assert stale_basis("国务院令第 431 号", REPEALED, after)
    assert stale_basis("民发[2012]220号", REPEALED, after)
    assert not stale_basis("根据《信访条例》办理", REPEALED, before)
    assert not stale_basis("《山东省信访条例》", REPEALED, after)
