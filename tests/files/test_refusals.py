import pytest
from PIL import ImageFile

from portal.domain.attachments import AttachmentLimits, RefusedFileError
from portal.files.attachments import inspect
from tests.samples.hostile_files import REFUSED


@pytest.mark.parametrize("what", REFUSED)
def test_a_hostile_file_is_refused_with_its_own_sentence(what: str):
    name, content, sentence = REFUSED[what]
    with pytest.raises(RefusedFileError) as refused:
        inspect(name, content, AttachmentLimits())
    assert refused.value.message.text == sentence
    assert str(refused.value)


@pytest.mark.parametrize("what", ["a picture with a text like a bomb", "half a photo"])
def test_a_broken_picture_is_refused_also_where_another_library_lets_them_pass(
    what: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    name, content, _ = REFUSED[what]
    with pytest.raises(RefusedFileError):
        inspect(name, content, AttachmentLimits())
    assert ImageFile.LOAD_TRUNCATED_IMAGES
