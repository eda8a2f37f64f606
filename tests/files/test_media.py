import io

import pytest
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4

from portal.domain.attachments import AttachmentLimits, FileFamily, RefusedFileError, Removed
from portal.files.attachments import inspect
from tests.samples.media_files import (
    CAMERA,
    HIDDEN,
    PICTURES,
    PLACE,
    SENSOR,
    SOUNDS,
    box,
    cover,
    film,
    id3,
    id3v1,
    mp3_frames,
    song_tags,
)
from tests.samples.picture_files import CAMERA as PHONE
from tests.samples.picture_files import photo

LIMITS = AttachmentLimits()


def test_a_film_keeps_pictures_and_sounds_where_they_lie_and_nothing_else():
    source = film(b"vide", b"meta", b"soun")
    cleaned = inspect("a.mp4", source, LIMITS)
    assert (cleaned.kind, cleaned.media_type) == (FileFamily.VIDEO, "video/mp4")
    assert len(cleaned.content) == len(source)
    assert cleaned.content.index(PICTURES) == source.index(PICTURES)
    assert cleaned.content.index(SOUNDS) == source.index(SOUNDS)
    assert not [trace for trace in (PLACE, CAMERA, HIDDEN, SENSOR, b"dashcam") if trace in cleaned.content]
    assert {Removed.PLACE, Removed.TIME, Removed.DEVICE, Removed.SENSORS} <= set(cleaned.removed)


def test_a_recording_loses_its_tags_and_can_still_be_read():
    tags = song_tags(artist="济宁某甲", day="2026-11-20")
    source = film(b"soun", brand=b"M4A ", tags=tags)
    cleaned = inspect("voice.m4a", source, LIMITS)
    assert (cleaned.kind, cleaned.media_type) == (FileFamily.SOUND, "audio/mp4")
    assert {Removed.AUTHOR, Removed.TAGS, Removed.TIME} <= set(cleaned.removed)
    assert "济宁某甲".encode() not in cleaned.content
    assert not MP4(io.BytesIO(cleaned.content)).tags
    assert SOUNDS in cleaned.content


def test_a_film_of_sound_alone_is_a_recording():
    cleaned = inspect("a.mp4", film(b"soun"), LIMITS)
    assert (cleaned.kind, cleaned.extension, cleaned.media_type) == (FileFamily.SOUND, "mp4", "audio/mp4")


def test_a_cleaned_film_has_nothing_left_to_remove():
    once = inspect("a.mp4", film(b"vide", b"meta", b"soun"), LIMITS)
    again = inspect("a.mp4", once.content, LIMITS)
    assert (again.content, again.removed) == (once.content, ())


def test_thousands_of_tiny_boxes_are_given_up_soon():
    with pytest.raises(RefusedFileError):
        inspect("a.mp4", film(b"vide") + box(b"free") * 30_000, LIMITS)


def test_a_song_is_reduced_to_its_frames():
    """The frame before the junk goes too: nothing proves that it is whole."""
    head = id3(TPE1="\0甲".encode(), APIC=cover(photo()), TSSE=b"\0LAME", GEOB=b"\0evil")
    source = head + mp3_frames(20) + b"junk" * 10 + mp3_frames(20) + id3v1("song")
    cleaned = inspect("a.mp3", source, LIMITS)
    assert cleaned.content == mp3_frames(39)
    assert set(cleaned.removed) == {
        Removed.TAGS,
        Removed.COVER,
        Removed.AUTHOR,
        Removed.DEVICE,
        Removed.EMBEDDED_FILES,
        Removed.PLACE,
    }
    assert PHONE.encode() not in cleaned.content
    song = MP3(io.BytesIO(cleaned.content))
    assert song.tags is None
    assert song.info.sample_rate == 44_100


def test_a_recording_that_was_cut_off_loses_its_half_frame():
    assert inspect("a.mp3", mp3_frames(40)[:-100], LIMITS).content == mp3_frames(39)


def test_a_song_of_ff_alone_is_given_up_soon():
    with pytest.raises(RefusedFileError):
        inspect("a.mp3", id3(TIT2=b"\0a") + b"\xff" * 2_000_000, LIMITS)
