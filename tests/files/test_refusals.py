import pytest

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
