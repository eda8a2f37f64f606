import pytest
from PIL import ImageFile

from portal.domain.attachments import AttachmentLimits, FileFinding, RefusedFileError
from portal.files.attachments import inspect
from tests.samples.hostile_files import APART, REFUSED


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_with_its_own_sentence(what: str):
    name, content, sentence = REFUSED[what]
    with pytest.raises(RefusedFileError) as refused:
        inspect(name, content, AttachmentLimits())
    assert refused.value.message.text == sentence
    assert str(refused.value)


@pytest.mark.parametrize("what", APART)
def test_a_good_document_with_macros_is_kept_as_it_came_and_named_as_such(what: str):
    name, content = APART[what]
    kept = inspect(name, content, AttachmentLimits())
    assert (kept.content, kept.found, kept.removed) == (content, FileFinding.MACROS, ())


@pytest.mark.parametrize("what", ["a picture with a text like a bomb", "half a photo"])
def test_a_broken_picture_is_refused_also_where_another_library_lets_them_pass(
    what: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    name, content, _ = REFUSED[what]
    with pytest.raises(RefusedFileError):
        inspect(name, content, AttachmentLimits())
    assert ImageFile.LOAD_TRUNCATED_IMAGES
