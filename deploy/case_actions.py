"""Write the table of steps into docs/case-actions.md, where it is read; a test holds the two together."""
# ruff: noqa: INP001 - a script of the developers, no part of the portal's package

from pathlib import Path

from portal.domain.case_action_table import as_markdown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "case-actions.md"
MARK = "| step |"

text = PAGE.read_text(encoding="utf-8")
PAGE.write_text(text[: text.index(MARK)] + as_markdown(), encoding="utf-8")
