"""The words of a notice on paper."""

from portal.domain.notice_papers import board_lines, objection_lines

HEAD = {
    "office": {
        "name": "许庄街道办事处",
        "hotline": "0537-0000014",
        "duty_phone": "0537-0000514",
        "address": "公园路1号",
    }
}


def test_an_official_paper_names_hotline_and_address_of_the_page_once():
    lines = [str(line) for line in objection_lines(HEAD, "https://example.gov.cn/notices/GS-2026-000001")]
    assert lines == [
        "对公示内容有异议的，可在公示期内向许庄街道办事处反映",
        "监督电话：0537-0000014",
        "值班电话：0537-0000514",
        "地址：公园路1号",
        "网上查看：https://example.gov.cn/notices/GS-2026-000001",
        "反映人信息依法保密",
    ]


def test_the_board_sheet_does_not_repeat_what_stands_large_beside():
    lines = [str(line) for line in board_lines(HEAD)]
    assert not any("0000014" in line or "http" in line for line in lines)
    assert lines[-1] == "反映人信息依法保密"
