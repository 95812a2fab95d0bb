"""Files for visitors contain no metadata of places, devices and people: the tests read every box, tag and byte.

The source says MARK in every way that ffmpeg can write: tags of the file and of its tracks, names of handlers,
chapters, messages inside the pictures, a cover, a track of measurements.
"""

import os
import re
import struct

import pytest
from PIL import Image

from tests import clips, factories
from tests.delivery.addresses import body, unlocked
from tests.transcoding import watching
from video_pages.library import paths
from video_pages.library.storage import protected_storage

pytestmark = pytest.mark.django_db
MARK = b"Zytglogge"
PLACE = "+46.9479+007.4474/"
SECRETS = (MARK, b"46.9479", b"2019-05-0", b"Quokkacam")
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"edts", b"dinf"}
TELLING = {b"uuid", b"loci", b"tmcd", b"chap", b"text", b"gmhd", b"\xa9xyz"}
OWN_TAG = re.compile(
    rb"\0{3}.meta\0{4}\0{3}!hdlr\0{8}mdirappl\0{9}\0{3}.ilst\0{3}.\xa9too\0{3}.data\0{3}\x01\0{4}Lavf[0-9.]+", re.DOTALL
)
"""What ffmpeg writes into renditions: that it wrote them."""
EPOCH = 0  # what a box says of its making if nobody told it


def telling(name):
    """Return a film that says MARK everywhere, in the container of `name`."""
    mark = MARK.decode()
    sei = f"h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{mark}-Quokkacam"
    drawn = (*clips.H264, "-g", "25", *clips.AAC, "-bsf:v", sei)
    plain = clips.draw("sei.mp4", *clips.video(2, "320x180"), *clips.audio(2), *drawn)
    marks = clips.directory() / "telling.txt"
    marks.write_text(f";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle={mark}\n")
    words = clips.directory() / "telling.srt"
    words.write_text("1\n00:00:00,100 --> 00:00:01,000\nGPS (7.4474, 46.9479, 540), ISO 100, SS 1/60\n")
    cover = clips.draw("cover.jpg", *clips.video(1, "64x36"), "-frames:v", "1")
    inputs = ("-i", str(plain), "-i", str(words), "-i", str(cover), "-f", "ffmetadata", "-i", str(marks))
    maps = ("-map", "0:v", "-map", "0:a", "-map", "1", "-map", "2", "-map_chapters", "3")
    maps += ("-disposition:v:1", "attached_pic")
    said = {"title": mark, "artist": mark, "comment": mark, "location": PLACE, "make": "Quokkacam", "model": mark}
    said |= {"creation_time": "2019-05-04T10:00:00Z", "com.apple.quicktime.location.ISO6709": PLACE, "encoder": mark}
    tags = [word for tag, value in said.items() for word in ("-metadata", f"{tag}={value}")]
    for stream in ("v:0", "a:0", "s:0"):
        tags += [f"-metadata:s:{stream}", f"title={mark}", f"-metadata:s:{stream}", f"handler_name={mark}"]
        tags += [f"-metadata:s:{stream}", "creation_time=2019-05-04T10:00:00Z"]
    if name.endswith("mkv"):
        maps, tags = ("-map", "0:v", "-map", "0:a", "-map", "1", "-map_chapters", "3"), [*tags, "-c:s", "srt"]
    else:
        tags += ["-c:s", "mov_text", "-movflags", "+faststart+use_metadata_tags"]
    return clips.draw(name, *inputs, *maps, "-c", "copy", *tags)


def boxes(data, start=0, end=None):
    """Yield (kind, payload) of every box of an MP4, those inside others as well."""
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 16 if size == 1 else 8
        size = struct.unpack_from(">Q", data, at + 8)[0] if size == 1 else size or end - at
        assert size >= head, kind
        yield kind, data[at + head : at + size]
        if kind in CONTAINERS:
            yield from boxes(data, at + head, at + size)
        at += size


def assert_clean_mp4(data):
    for kind, payload in boxes(data):
        assert kind not in TELLING, kind
        if kind == b"udta":
            assert OWN_TAG.fullmatch(payload)
        if kind in (b"mvhd", b"tkhd", b"mdhd"):
            length = 8 if payload[0] else 4
            assert int.from_bytes(payload[4 : 4 + length]) == EPOCH, "when it was made"
        if kind == b"hdlr":
            assert payload[24:].rstrip(b"\0") in (b"VideoHandler", b"SoundHandler")


def units(path):
    """Return the types of the NAL units in the pictures of the MP4 at `path`."""
    found = set()
    for *_, data in watching.packets(path, "video"):
        at = 0
        while at + 4 <= len(data):
            found.add(data[at + 4] & 31)
            at += 4 + int.from_bytes(data[at : at + 4])
    return found


def assert_clean(path):
    """The file at `path`, of whatever kind, says nothing of the source."""
    data = open(path, "rb").read()
    assert not [secret for secret in SECRETS if secret in data], path
    if path.endswith(".mp4"):
        assert_clean_mp4(data)
    if path.endswith(".jpg"):
        with Image.open(path) as image:
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "comment"}
            assert re.fullmatch(rb"Lavc[\d.]*\0?", image.info.get("comment", b"Lavc"))


@pytest.mark.parametrize("name", ["telling.mp4", "telling.mov", "telling.mkv"])
def test_whatever_visitors_get_says_nothing_of_the_source(name):
    source = telling(name)
    assert all(secret in source.read_bytes() for secret in (MARK, b"Quokkacam"))
    video_file = watching.processed(source)
    assert video_file.job.state == "ready", video_file.job.reason
    folder = os.path.dirname(watching.made(video_file, "master.m3u8"))
    made = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    made.append(protected_storage().path(video_file.poster_name))
    assert {os.path.splitext(path)[1] for path in made} == {".mp4", ".m3u8", ".jpg", ".vtt"}
    for path in made:
        assert_clean(path)
    copied = [watching.made(video_file, "copy.mp4"), watching.made(video_file, "source.mp4")]
    assert all(units(path) <= {1, 5, 7, 8, 9} for path in copied), "pictures, and what describes them"

    video = factories.make_video(video_file=video_file)
    client = unlocked(video)
    for address in ("source", "chapters.vtt", "status", "hls/master.m3u8"):
        answer = body(client.get(f"/stream/{video.uuid}/{address}"))
        assert not [secret for secret in SECRETS if secret in answer] or address == "chapters.vtt"
    assert video_file.playable_name != video_file.file.name


def test_the_upload_itself_is_never_what_visitors_get():
    video_file = factories.make_video_file(clips.mp4(), ready=False)
    assert video_file.plays_in_browsers and not video_file.is_playable
    for name in (
        video_file.file.name,
        paths.source_name(video_file.uuid, 7, ".MOV"),
        paths.source_name(video_file.uuid, 1, ""),
    ):
        video_file.progressive_name = name  # as older versions wrote it
        assert video_file.playable_name == ""


def test_what_a_camera_wrote_into_its_pictures_is_in_no_poster():
    noted = clips.draw("noted.jpg", *clips.video(1, "320x180"), "-frames:v", "1")
    exif = Image.Exif()
    exif[0x010E] = MARK.decode()
    with Image.open(noted) as image:
        image.save(clips.directory() / "exif.jpg", exif=exif)
    film = clips.draw("exif.avi", "-loop", "1", "-t", "1", "-i", str(clips.directory() / "exif.jpg"), "-c:v", "copy")
    assert MARK in film.read_bytes()
    video_file = watching.processed(film)
    assert_clean(protected_storage().path(video_file.poster_name))
    for name in ("film.mp4", "180p.mp4", "frame-1.jpg", "storyboard-1.jpg"):
        assert_clean(watching.made(video_file, name))


def captioned_mp4(seconds=1):
    """H.264 with captions inside its pictures (ATSC A/53, as television has them), turned, so that it is encoded."""
    plain = clips.draw("plain.h264", "-i", str(clips.silent_mp4(seconds)), "-c", "copy", "-bsf:v", "h264_mp4toannexb")
    captions = b"\xb5\x00\x31GA94\x03\x41\xff\xfcZy\xff"  # one pair of letters
    message = b"\0\0\0\1\x06\x04" + bytes([len(captions)]) + captions + b"\x80"
    # Before the start code of each slice (types 1 and 5, of whatever importance).
    slices = re.compile(rb"\0{2,3}\x01(?=[\x01\x21\x41\x61\x25\x45\x65])")
    stream = plain.with_name("captioned.h264")
    stream.write_bytes(slices.sub(lambda start: message + start[0], plain.read_bytes()))
    upright = clips.draw("captioned.mp4", "-r", "25", "-i", str(stream), "-c", "copy")
    return clips.draw("turned.mp4", "-display_rotation:v:0", "90", "-i", str(upright), "-c", "copy")


def test_captions_inside_the_pictures_are_in_nothing_that_is_encoded():
    source = captioned_mp4()
    assert b"GA94" in source.read_bytes()
    video_file = watching.processed(source)
    assert video_file.job.state == "ready", video_file.job.reason
    encoded = video_file.renditions.get(kind="video")
    assert b"GA94" not in open(watching.made(video_file, f"{encoded.name}.mp4"), "rb").read()
