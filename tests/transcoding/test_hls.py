"""Playlists: what a child wrote is read with distrust, what players get is written by us."""

from types import SimpleNamespace

import pytest

from video_pages.transcoding import hls

WRITTEN = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="720p.mp4",BYTERANGE="100@0"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:1000@100
720p.mp4
#EXTINF:2.500000,
#EXT-X-BYTERANGE:500@1100
720p.mp4
#EXT-X-ENDLIST
"""


def test_what_the_muxer_writes_is_read():
    playlist = hls.read(WRITTEN, size_bytes=1600)
    assert playlist.header_length == 100
    assert playlist.segments == (hls.Segment(4.0, 1000, 100), hls.Segment(2.5, 500, 1100))
    assert (playlist.seconds, playlist.longest_seconds) == (6.5, 4.0)
    assert (playlist.bandwidth, playlist.average_bandwidth) == (2000, 1846)


def playlist_of(*segments):
    offset, found = 100, []
    for seconds, length in segments:
        found.append(hls.Segment(seconds, length, offset))
        offset += length
    return hls.MediaPlaylist(100, tuple(found))


@pytest.mark.parametrize(
    ("segments", "bandwidth"),
    [
        ([(4, 4000), (4, 8000)], 16_000),
        # A short segment counts with its neighbours: 2 s are half of the longest.
        ([(1, 3000), (1, 1000), (2, 2000), (4, 4000)], 16_000),
        ([(4, 4000), (0.5, 5000)], 16_000),
        ([(1, 500), (4, 8000), (1, 4000)], 19_200),
        ([(0.2, 100)], 4_000),
    ],
)
def test_the_bandwidth_is_that_of_the_heaviest_part_which_is_not_a_moment(segments, bandwidth):
    assert playlist_of(*segments).bandwidth == bandwidth


def test_what_is_written_is_read_again_as_it_was():
    playlist = hls.read(WRITTEN, size_bytes=1600)
    text = hls.write(playlist, media="720p.mp4")
    assert hls.read(text, size_bytes=1600) == playlist
    assert text.startswith("#EXTM3U\n") and text.endswith("#EXT-X-ENDLIST\n")
    assert "#EXT-X-TARGETDURATION:4\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#EXTM3U\n#EXT-X-ENDLIST\n",
        WRITTEN.replace("BYTERANGE", "RANGE"),
        WRITTEN.replace('BYTERANGE="100@0"', 'BYTERANGE="100@7"'),
        WRITTEN.replace("#EXTINF:4.000000,", "#EXTINF:many,"),
        WRITTEN.replace("4.000000", "0.0").replace("2.500000", "0"),
        "#EXTM3U\nhttps://example.org/elsewhere.m3u8\n",
    ],
)
def test_what_is_no_playlist_of_one_rendition_is_refused(text):
    with pytest.raises(hls.BadPlaylist):
        hls.read(text, size_bytes=1600)


def test_segments_behind_the_files_end_are_left_out():
    assert len(hls.read(WRITTEN, size_bytes=1200).segments) == 1


def test_addresses_in_a_childs_playlist_never_reach_ours():
    text = hls.write(hls.read(WRITTEN.replace("720p.mp4", "//elsewhere.example/x"), size_bytes=1600), media="720p.mp4")
    assert "elsewhere" not in text


def row(**facts):
    known = {"bandwidth": 2_000_000, "average_bandwidth": 1_500_000, "codecs": "avc1.64001f,mp4a.40.2"}
    return SimpleNamespace(**{**known, "frame_rate": 25.0, "width": 1280, "height": 720, **facts})


def test_the_master_lists_every_size_with_its_codecs():
    small = row(kind="video", name="240p", width=426, height=240, bandwidth=400_000)
    text = hls.write_master([row(kind="video", name="720p"), small], folder="../abc")
    assert (
        "#EXT-X-STREAM-INF:BANDWIDTH=2000000,AVERAGE-BANDWIDTH=1500000,RESOLUTION=1280x720,FRAME-RATE=25.000,"
        'CODECS="avc1.64001f,mp4a.40.2"\n../abc/720p.m3u8\n'
    ) in text
    assert "../abc/240p.m3u8" in text and "EXT-X-MEDIA" not in text


def test_sounds_of_several_languages_stand_beside_the_pictures():
    sounds = [
        row(kind="audio", name="audio-1", codecs="mp4a.40.2", language="en", label="English", is_default=True),
        row(kind="audio", name="audio-2", codecs="mp4a.40.2", language="", label='A "B"\n#EXT', is_default=False),
    ]
    text = hls.write_master([row(kind="video", name="720p", codecs="avc1.64001f"), *sounds], folder="../abc")
    assert 'NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="../abc/audio-1.m3u8"' in text
    assert 'NAME="A B#EXT",DEFAULT=NO' in text
    assert 'CODECS="avc1.64001f,mp4a.40.2",AUDIO="sound"' in text
