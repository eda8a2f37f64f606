"""What printing needs from the host, checked at start: without it WeasyPrint fails late or prints empty boxes."""

from portal.printing.fontconfig import has_chinese_font, library

PANGO = (("libpango-1.0.so.0", "libpango-1.0.0.dylib"), ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"))
SUBSET = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib")


def missing() -> tuple[str, ...]:
    """One line for each thing that is missing, in Chinese and in English; empty when all is there.

    FangSong is not asked for: Noto Serif stands in for it.
    """
    lines = []
    if not all(library(*names) for names in PANGO):
        lines.append(
            "缺少排版库 Pango，不能生成 PDF，请安装 libpango-1.0-0 和 libpangoft2-1.0-0。"
            " Pango is missing, PDFs cannot be made: install libpango-1.0-0 and libpangoft2-1.0-0."
        )
    if not library(*SUBSET):
        lines.append(
            "缺少字体裁剪库，PDF 会又慢又大，请安装 libharfbuzz-subset0。"
            " The HarfBuzz subset library is missing, PDFs would be slow and large: install libharfbuzz-subset0."
        )
    if not has_chinese_font():
        lines.append(
            "缺少中文字体，PDF 会印出空格子，请安装 fonts-noto-cjk。"
            " No Chinese font is installed, PDFs would show empty boxes: install fonts-noto-cjk."
        )
    return tuple(lines)
