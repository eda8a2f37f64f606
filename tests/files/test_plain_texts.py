import pytest

from portal.domain.attachments import AttachmentLimits, Removed
from portal.files.attachments import inspect

TEXT = "张三说：村里的补贴没有发到手。\n第二行，说明情况。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_text_in_every_usual_encoding_becomes_utf8(encoding: str):
    cleaned = inspect("说明.txt", TEXT.replace("\n", "\r\n").encode(encoding), AttachmentLimits())
    assert (cleaned.content.decode(), cleaned.media_type, cleaned.removed) == (TEXT, "text/plain", ())


@pytest.mark.parametrize("unseen", ["\0", "\x1b[2J", "\u202e", "\u2066", "\x9b", "\ufeff"])
def test_what_cannot_be_seen_is_dropped(unseen: str):
    cleaned = inspect("a.txt", (TEXT * 9 + unseen + "结尾").encode(), AttachmentLimits())
    assert cleaned.removed == (Removed.CONTROL_CHARACTERS,)
    assert unseen[0] not in cleaned.content.decode()


def test_a_text_that_looks_like_a_table_or_a_program_stays_a_text():
    for text in ("a,b\n1,2\n3,4\n", '{"a": 1}', "import os\nprint(1)\n", "int main() { return 0; }\n"):
        assert inspect("a.txt", text.encode(), AttachmentLimits()).content.decode() == text
