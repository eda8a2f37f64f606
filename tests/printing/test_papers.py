import logging
import subprocess
import sys
import tarfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from weasyprint.text.line_break import Layout, line_size

from portal.domain.errors import RefusedError
from portal.printing import child, fontconfig, fonts, justification, prerequisites
from portal.printing.child import PrintingFailedError, PrintingTookTooLongError, print_in_child
from portal.printing.lists import listed
from portal.printing.packing import UnreadablePaperError, pack, unpack
from portal.printing.papers import ColumnKind, Group, Paper, SheetSize, Table
from portal.printing.press import run
from portal.printing.printer import AssetFetcher, UnknownAssetError, print_paper
from portal.printing.titles import LINE_CAPACITY, title_lines, title_width
from portal.printing.typefaces import FontFile, Part, faces_from, operator_fonts, part_of, without_glyph
from tests.printing import samples

MILLIMETRE = 72 / 25.4
UNPRINTABLE = "\U0001f9a4"


@cache
def _printed(paper: Paper) -> bytes:
    return print_paper(paper, fonts=None)


def _pages(paper: Paper) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(_printed(paper)))


def _text(page: pypdf.PageObject) -> str:
    return page.extract_text().replace("\n", "")


def _pieces(page: pypdf.PageObject) -> list[tuple[str, float, float, float]]:
    """Every shown text with its left edge, its baseline above the bottom (points) and its size (points)."""
    found = []

    def take(text, matrix, text_matrix, _font, size):
        if text.strip():
            x = matrix[0] * text_matrix[4] + matrix[4]
            y = matrix[3] * text_matrix[5] + matrix[5]
            found.append((text.strip(), x, y, round(abs(matrix[3] * text_matrix[3]) * size, 1)))

    page.extract_text(visitor_text=take)
    return found


def _size_of(page: pypdf.PageObject, text: str) -> float:
    return next(size for piece, _, _, size in _pieces(page) if text in piece)


class TestNotice:
    def test_it_says_everything_that_the_paper_holds(self):
        paper = samples.notice(8, 2)
        text = "".join(_text(page) for page in _pages(paper).pages)
        for line in (paper.basis, paper.lead, paper.caption, *paper.totals, *paper.objection_lines, paper.office_name):
            assert line in text
        for group in paper.groups:
            assert f"{group.place}（{len(group.rows)} 户）" in text
            assert all(cell in text for row in group.rows for cell in row)
        assert "2026年11月23日" in text
        assert paper.short_address in text
        assert paper.sha256[:8] in text

    def test_the_page_is_a4_with_the_margins_of_the_standard(self):
        page = _pages(samples.notice()).pages[0]
        assert float(page.mediabox.width) == pytest.approx(210 * MILLIMETRE, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(297 * MILLIMETRE, abs=0.1)
        running = [piece for piece in _pieces(page) if piece[3] == 16.0]
        assert min(x for _, x, _, _ in running) == pytest.approx(28 * MILLIMETRE, abs=1)
        assert _size_of(page, "拟纳入最低生活保障12户的公示") == 22.0

    def test_a_full_line_holds_28_characters_and_a_page_22_lines(self):
        page = _pages(samples.notice(0, 0, basis="公" * 28 * 30)).pages[1]
        lines = [piece for piece in _pieces(page) if "公公公" in piece[0]]
        assert {len(text) for text, *_ in lines[:-1]} == {28}
        full = _pages(samples.notice(0, 0, basis="公" * 28 * 60)).pages[1]
        assert sum("公公公" in text for text, *_ in _pieces(full)) == 22

    def test_every_page_counts_itself_and_repeats_the_warning(self):
        pages = _pages(samples.notice(80, 3)).pages
        assert len(pages) > 2
        for number, page in enumerate(pages, 1):
            assert f"— 第 {number} 页，共 {len(pages)} 页 —" in _text(page)
            assert "公示期至11月30日，期满请勿保留、转发" in _text(page)

    def test_heads_and_site_and_place_are_repeated_from_the_second_page_on(self):
        first, second, *_ = _pages(samples.notice(80, 3)).pages
        assert "平台" not in _text(first)
        assert "济宁市社会救助资金公开与投诉举报平台" in _text(second)
        assert "GS-2026-000123" in _text(second)
        assert "上页末：东赵村" in _text(second)
        assert "月保障金额（元）" in _text(second)

    def test_the_same_paper_gives_the_same_bytes(self):
        paper = samples.notice(3, 1)
        assert print_paper(paper, fonts=None) == print_in_child(paper, fonts=None, timeout_s=60)

    def test_the_file_says_its_language_and_title_and_is_tagged_with_a_bookmark(self):
        document = _pages(samples.notice(3, 1))
        assert document.trailer["/Root"]["/Lang"] == "zh-Hans-CN"
        assert document.metadata.title == "许庄街道2026年11月拟纳入最低生活保障3户的公示"
        assert document.metadata.creation_date_raw.startswith("D:20261123")
        assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert len(document.outline) == 1
        assert b"pdfuaid" in document.trailer["/Root"]["/Metadata"].get_data()

    def test_a_sealed_notice_has_no_table_and_says_that_its_period_is_over(self):
        paper = replace(samples.notice(3, 1), groups=(), notes=("公示期满，异议已依法处理。",))
        text = "".join(_text(page) for page in _pages(paper).pages)
        assert "公示期满，异议已依法处理" in text
        assert "户主姓名" not in text

    @pytest.mark.parametrize(("demo", "marked"), [(True, True), (False, False)])
    def test_demo_papers_are_marked_on_every_page(self, demo, marked):
        pages = _pages(samples.notice(40, 1, demo=demo)).pages
        assert all(("示例" in _text(page)) is marked for page in pages)

    def test_a_file_name_or_markup_in_a_text_stays_text(self):
        paper = samples.notice(2, 1, lead='<img src="file:///etc/passwd">')
        text = "".join(_text(page) for page in _pages(paper).pages)
        assert '<imgsrc="file:///etc/passwd">' in "".join(text.split())


class TestVillagePrint:
    def test_a_short_list_is_one_page_in_16_points_with_a_hotline_of_24(self):
        pages = _pages(samples.village()).pages
        assert len(pages) == 1
        assert _size_of(pages[0], "黄小秀") == 16.0
        assert _size_of(pages[0], "12345") >= 22

    def test_a_long_list_is_set_in_14_points(self):
        page = _pages(samples.village(90)).pages[0]
        assert _size_of(page, "黄小秀") == 14.0

    def test_every_page_says_when_to_tear_it_off(self):
        for page in _pages(samples.village(90)).pages:
            assert "公示期满撕下销毁（2026年11月30日撕下），请勿拍照转发" in _text(page)

    def test_a3_is_a3(self):
        page = _pages(samples.village(sheet=SheetSize.A3)).pages[0]
        assert float(page.mediabox.width) == pytest.approx(297 * MILLIMETRE, abs=0.1)

    def test_the_address_stands_in_figures_beneath_the_code(self):
        assert "2026 0001 23" in _text(_pages(samples.village()).pages[-1]).replace("v2026", "v 2026")

    def test_nothing_is_grey(self):
        content = _pages(samples.village()).pages[0].get_contents().get_data().split(b"\n")
        colours = {line for line in content if line.endswith((b" rg", b" RG"))}
        assert all(set(line.split()[:-1]) in ({b"0"}, {b"1"}) for line in colours)


class TestDocument:
    def test_blocks_keep_their_order_and_their_tags(self):
        paper = samples.document(addressee="反映人")
        text = "".join(_text(page) for page in _pages(paper).pages)
        order = (
            "索引号：ZC-2026-000007",
            "反映人：",
            "一、谁可以申请",
            "（一）需要的材料",
            "1. 居民身份证",
            "月人均标准",
            "1,022.00",
        )
        assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
        assert _pages(paper).outline[0].title == paper.title

    def test_a_letter_without_a_public_page_has_no_code(self):
        text = "".join(_text(page) for page in _pages(samples.document(url="")).pages)
        assert "扫描二维码" not in text
        assert "济宁市民政局" in text


class TestGlyphs:
    def test_a_missing_glyph_stops_the_print_and_is_named(self):
        with pytest.raises(RefusedError, match=rf"{UNPRINTABLE}（U\+1F9A4）"):
            print_paper(samples.notice(2, 1, lead=f"渡渡鸟{UNPRINTABLE}"), fonts=None)

    def test_the_child_names_it_too(self):
        with pytest.raises(RefusedError, match=UNPRINTABLE):
            print_in_child(samples.notice(2, 1, lead=UNPRINTABLE), fonts=None, timeout_s=60)

    def test_rare_characters_of_the_national_table_are_printed(self):
        assert "𬱖" in "".join(_text(page) for page in _pages(samples.notice(2, 1, lead="赵𬱖、钱䶮、孙𫖯")).pages)

    def test_a_family_that_is_not_installed_covers_nothing(self):
        assert not fontconfig.installed_coverage(("No Such Family",))(ord("中"))

    def test_files_that_are_no_fonts_are_passed_over(self, tmp_path):
        (tmp_path / "readme.txt").write_text("x")
        (tmp_path / "broken.otf").write_bytes(b"nothing")
        assert operator_fonts(tmp_path) == ()
        assert operator_fonts(tmp_path / "absent") == ()


class TestJustification:
    def test_it_was_written_for_the_installed_weasyprint(self):
        assert weasyprint.__version__ == justification.WRITTEN_FOR
        assert justification.install()

    def test_another_weasyprint_is_left_alone(self, monkeypatch):
        monkeypatch.setattr(weasyprint, "__version__", "71.0")
        assert not justification.install()

    def test_lines_open_beside_ideographs_and_spaces_but_not_inside_numbers_or_dashes(self):
        assert justification.gaps("第649号") == [0, 3]
        assert justification.gaps("a b") == [1]
        assert justification.gaps("——") == []

    @pytest.mark.parametrize("text", ["经本人申请、入户调查", "民发〔2021〕57号 A b", "公"])
    def test_a_line_grows_by_its_gaps_and_by_nothing_else(self, text):
        document = weasyprint.HTML(string='<html lang="zh"><p style="font-family: Noto Serif CJK SC">公</p>').render()
        style = next(box for box in document.pages[0]._page_box.descendants() if hasattr(box, "text")).style
        plain, stretched = Layout(style), Layout(style, justification_spacing=4)
        plain.set_text(text)
        stretched.set_text(text, justify=True)
        grown = line_size(stretched.get_first_line()[0], style)[0] - line_size(plain.get_first_line()[0], style)[0]
        assert grown == pytest.approx(4 * len(justification.gaps(text)), abs=2.01)


class TestChild:
    def test_it_gives_up_after_its_time(self):
        with pytest.raises(PrintingTookTooLongError):
            print_in_child(samples.notice(2, 1), fonts=None, timeout_s=0.01)

    def test_nothing_is_left_in_the_temporary_folder_when_it_is_stopped(self, monkeypatch, tmp_path):
        monkeypatch.setattr(child.tempfile, "tempdir", str(tmp_path))
        with pytest.raises(PrintingTookTooLongError):
            print_in_child(samples.village(2), fonts=None, timeout_s=0.3)
        assert list(tmp_path.iterdir()) == []

    def test_a_failure_tells_its_kind_and_nothing_of_the_paper(self, monkeypatch, tmp_path):
        monkeypatch.setattr(child.tempfile, "tempdir", None)
        target = BytesIO()
        assert run([str(tmp_path)], BytesIO(b'{"is":"NoticePaper","title":"\xe5\xbc\xa0"}'), target) == 4
        assert target.getvalue() == b"UnreadablePaperError"

    def test_a_child_without_a_pdf_is_a_failure(self, monkeypatch):
        done = subprocess.CompletedProcess([], 1, b"", None)
        monkeypatch.setattr(child.subprocess, "run", lambda *_, **__: done)
        with pytest.raises(PrintingFailedError, match="1"):
            print_in_child(samples.notice(2, 1), fonts=None, timeout_s=1)

    def test_the_parent_never_loads_weasyprint(self):
        code = "import sys, portal.printing.child, portal.printing.prerequisites; sys.exit('weasyprint' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

    def test_printing_logs_nothing_of_the_paper(self, caplog):
        with caplog.at_level(logging.DEBUG):
            print_paper(samples.village(2), fonts=None)
        assert "小" not in caplog.text


class TestClosedFetcher:
    @pytest.mark.parametrize("address", ["file:///etc/passwd", "https://example.org/", "data:text/css,", "asset:other"])
    def test_only_named_assets_are_answered(self, address):
        with pytest.raises(UnknownAssetError):
            AssetFetcher({"asset:qr.svg": ("image/svg+xml", b"<svg/>")}).fetch(address)


class TestPacking:
    @pytest.mark.parametrize("paper", [samples.notice(), samples.village(), samples.document()])
    def test_a_paper_survives_its_way_to_the_child(self, paper):
        assert unpack(pack(paper)) == paper

    @pytest.mark.parametrize("packed", [b"", b"[]", b'{"is": "NoticePaper"}', b'{"is": "Unknown"}', b"3"])
    def test_anything_else_is_refused_without_being_repeated(self, packed):
        with pytest.raises(UnreadablePaperError):
            unpack(packed)

    def test_a_repr_shows_no_row(self):
        assert "小" not in repr(samples.village())


class TestTypefaces:
    @pytest.mark.parametrize(
        ("family", "part"),
        [
            ("方正小标宋简体", Part.TITLE),
            ("FandolFang R", Part.BODY),
            ("仿宋_GB2312", Part.BODY),
            ("楷体_GB2312", Part.SUBHEADING),
            ("SimHei", Part.HEADING),
            ("BabelStone Han", Part.RESERVE),
        ],
    )
    def test_a_font_takes_the_part_that_its_name_says(self, family, part):
        assert part_of([family]) is part

    def test_the_operators_fonts_come_first_and_rare_characters_last(self):
        own = tuple(
            FontFile(part.value, part, Path(f"{part}.otf"), frozenset())
            for part in (Part.TITLE, Part.BODY, Part.RESERVE)
        )
        faces = faces_from(own)
        assert faces.body.startswith('"Portal body", "Noto Serif CJK SC"')
        assert faces.body.endswith('"Portal reserve"')
        assert faces.title_weight == "normal"
        assert faces_from(()).title_weight == "bold"

    def test_a_reserve_font_lends_its_glyphs(self):
        reserve = FontFile("rare", Part.RESERVE, Path("rare.otf"), frozenset({ord(UNPRINTABLE)}))
        assert without_glyph(UNPRINTABLE, (reserve,)) == ()


def _package(name: str) -> bytes:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as files:
        member = tarfile.TarInfo(f"./usr/share/fonts/{name}")
        member.size = 4
        files.addfile(member, BytesIO(b"font"))
    return packed.getvalue()


class TestFangSong:
    @pytest.fixture
    def debian(self, monkeypatch):
        def run(command, cwd=None, **_):
            if command[0] == "apt-get":
                (cwd / f"{fonts.PACKAGE}_1_all.deb").touch()
            return subprocess.CompletedProcess(command, 0, self.package, b"")

        self.package = _package(fonts.FONT)
        monkeypatch.setattr(fonts.subprocess, "run", run)

    def test_the_one_file_is_taken_out_of_the_package(self, debian, tmp_path):
        assert fonts.fetch_fangsong(tmp_path / "fonts").read_bytes() == b"font"
        assert [path.name for path in (tmp_path / "fonts").iterdir()] == [fonts.FONT]

    def test_a_package_without_the_font_is_said(self, debian, tmp_path):
        self.package = _package("other.otf")
        with pytest.raises(fonts.NoFontError, match="holds no"):
            fonts.fetch_fangsong(tmp_path)

    def test_a_host_without_apt_is_said(self, monkeypatch, tmp_path):
        def absent(*_, **__):
            raise FileNotFoundError

        monkeypatch.setattr(fonts.subprocess, "run", absent)
        with pytest.raises(fonts.NoFontError, match="apt-get"):
            fonts.fetch_fangsong(tmp_path)


class TestLists:
    def test_names_alone_stand_beside_each_other(self):
        groups = (Group("东赵村", tuple((name,) for name in "甲乙丙丁戊己")),)
        table = listed(("户主姓名",), (ColumnKind.TEXT,), groups)
        assert table.is_grid
        assert table.sections[0].lines == (("甲", "乙", "丙", "丁", "戊"), ("己", "", "", "", ""))
        assert table.line_count == 3

    def test_places_without_rows_are_left_out(self):
        assert listed(samples.LABELS, samples.KINDS, (Group("东赵村", ()),)).sections == ()


class TestTitles:
    def test_a_title_breaks_where_a_phrase_ends(self):
        title = "许庄街道2026年11月拟纳入最低生活保障12户的公示"
        assert title_lines(title) == ("许庄街道2026年11月", "拟纳入最低生活保障12户的公示")

    def test_a_short_title_is_one_line(self):
        assert title_lines("最低生活保障办事指南") == ("最低生活保障办事指南",)

    @given(st.text("济宁市社会救助2026年11月的公示（》A", max_size=80))
    def test_nothing_is_lost_and_every_line_fits(self, title):
        lines = title_lines(title)
        assert "".join(lines) == title
        assert all(title_width(line) <= LINE_CAPACITY for line in lines)


class TestPrerequisites:
    def test_what_is_missing_is_said_in_both_languages(self, monkeypatch):
        monkeypatch.setattr(prerequisites, "library", lambda *_: None)
        monkeypatch.setattr(prerequisites, "has_chinese_font", lambda: False)
        pango, subset, font = prerequisites.missing()
        assert "Pango" in pango
        assert "libharfbuzz-subset0" in subset
        assert "fonts-noto-cjk" in font


def test_amounts_of_a_table_with_six_columns_stand_on_one_line():
    labels = ("地方", "期初额度（元）", "本期增加（元）", "本期使用（元）", "期末余额（元）", "人次")
    kinds = (ColumnKind.TEXT, *(ColumnKind.NUMBER for _ in labels[1:]))
    row = ("许庄街道", "1,250,000.00", "7,120.00", "1,000,620.50", "256,499.50", "31")
    page = _pages(samples.document(blocks=(Table("备用金", labels, kinds, (row,)),))).pages[0]
    assert {text for text, *_place in _pieces(page)} >= set(row)
