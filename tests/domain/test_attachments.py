import pytest

from portal.domain.attachments import Removed, display_name, download_name, extension_of, in_order


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.JPG", "jpg"),
        ("a.jpeg", "jpg"),
        ("a.HEIF", "heic"),
        ("../../etc/a.pdf", "pdf"),
        ("a.jpg\0.exe", "exe"),
        ("a\u202egpj.exe", "exe"),
        ("a.jpg ", "jpg"),
        ("jpg", ""),
        ("", ""),
    ],
)
def test_the_extension_is_what_the_name_really_ends_with(name: str, extension: str):
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/证据.pdf", "证据.pdf"),
        ("C:\\Users\\张三\\a.jpg", "a.jpg"),
        ("a\u202egpj\0.exe", "agpj.exe"),
        ("..hidden.txt", "hidden.txt"),
        ("a \n\t b.txt", "a b.txt"),
    ],
)
def test_a_name_is_shown_without_folders_and_tricks(name: str, shown: str):
    assert display_name(name) == shown


def test_a_very_long_name_is_cut_before_its_extension():
    shown = display_name("长" * 5_000 + ".pdf")
    assert len(shown) == 120
    assert shown.endswith("长.pdf")
    assert len(display_name("长" * 5_000)) == 120


def test_a_download_has_a_name_that_says_nothing():
    assert download_name(1, "jpg") == "attachment-1.jpg"


def test_what_was_removed_is_told_once_and_the_place_first():
    assert in_order([Removed.TAGS, Removed.PLACE, Removed.TAGS]) == (Removed.PLACE, Removed.TAGS)
