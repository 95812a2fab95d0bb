"""DELIVERY=cdn: playlists name encrypted segments that anybody may keep, and each key passes the gate."""

import re

import pytest

from tests.delivery.addresses import UNKNOWN, answer_parts, body, unlocked
from tests.delivery.encrypted_videos import (
    CONTENT,
    HEADER_LENGTH,
    LENGTHS,
    PACKAGE,
    add_package,
    decrypted,
    key_url,
    make_encrypted_video,
    path_of,
    plain_segments,
    playlist_url,
    segments,
    segments_of,
)
from tests.delivery.frames import frame_url, open_frame
from tests.delivery.receivers import folder_for
from video_pages.access.revoke import end_all_access
from video_pages.library import paths
from video_pages.models import VideoView

pytestmark = pytest.mark.django_db

KEPT = "public, max-age=31536000, immutable"
LOOKED_AT = (0, 14, 15, 50, 51, 52, 53)
"""The segments that OpenSSL decrypts: the first, those around a change of the key, and four odd lengths."""
KEY = re.compile(r"720p\.\d+\.[0-9a-f]{8}\.key")


def test_a_segment_of_the_cdn_opens_with_its_key_to_exactly_the_bytes_of_the_package(client, film, stranger):
    found = segments(client, film)
    keys = {name: body(client.get(key_url(film, name))) for name in dict.fromkeys(key for _address, key in found)}
    assert len(set(keys.values())) == 4 and {len(key) for key in keys.values()} == {16}
    for number, ((address, key), plain) in enumerate(zip(found, plain_segments(), strict=True)):
        response = stranger.get(path_of(address))
        ciphertext = body(response)
        assert int(response["Content-Length"]) == len(ciphertext) == (len(plain) // 16 + 1) * 16
        assert plain not in ciphertext
        if number in LOOKED_AT:
            opened = [decrypted(ciphertext, each, number) == plain for each in keys.values()]
            assert opened == [name == key for name in keys]


def test_the_key_changes_every_60_seconds_of_film(client, film):
    periods = [int(key.split(".")[1]) for _address, key in segments(client, film)]
    assert periods == [number * 4 // 60 for number in range(len(LENGTHS))]


def test_a_playlist_keeps_what_else_it_says_and_no_cache_keeps_it(client, film):
    response = client.get(playlist_url(film))
    text = body(response).decode()
    assert f'#EXT-X-MAP:URI="720p.mp4",BYTERANGE="{HEADER_LENGTH}@0"\n#EXT-X-KEY' in text
    assert "#EXT-X-BYTERANGE" not in text and text.endswith("#EXT-X-ENDLIST\n")
    assert (response["Cache-Control"], response["Content-Type"]) == (
        "private, no-store",
        "application/vnd.apple.mpegurl",
    )
    header = client.get(f"/stream/{film.uuid}/{PACKAGE}/720p.mp4", headers={"Range": f"bytes=0-{HEADER_LENGTH - 1}"})
    assert (header.status_code, body(header)) == (206, CONTENT[:HEADER_LENGTH])


def test_a_part_of_a_playlist_and_its_head_are_those_of_the_whole(client, film):
    whole = client.get(playlist_url(film))
    content = body(whole)
    part = client.get(playlist_url(film), headers={"Range": "bytes=10-29"})
    assert (part.status_code, body(part), part["ETag"]) == (206, content[10:30], whole["ETag"])
    head = client.head(playlist_url(film))
    assert (body(head), head["Content-Length"]) == (b"", str(len(content)))


def test_every_cache_may_keep_a_segment_and_nothing_in_it_is_personal(
    client, film, stranger, django_assert_num_queries
):
    address = path_of(segments(client, film)[3][0])
    with django_assert_num_queries(0):
        response = stranger.get(address, headers={"Accept-Language": "de", "Origin": "https://videos.example.org"})
        ciphertext = body(response)
    assert response["Cache-Control"] == KEPT
    assert not response.has_header("Vary") and not response.has_header("Content-Language") and not response.cookies
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.has_header("Access-Control-Allow-Credentials")
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (response["Accept-Ranges"], response["X-Content-Type-Options"]) == ("none", "nosniff")
    assert body(client.get(address)) == ciphertext
    part = stranger.get(address, headers={"Range": "bytes=16-31"})
    assert (part.status_code, body(part)) == (200, ciphertext)
    known = stranger.get(address, headers={"If-None-Match": response["ETag"]})
    assert (known.status_code, body(known), known["Cache-Control"]) == (304, b"", KEPT)
    for condition in ({"If-Match": '"other"'}, {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}):
        failed = stranger.get(address, headers=condition)  # of one client; a cache would give it to all others
        assert (failed.status_code, failed["Cache-Control"]) == (412, "private, no-store")
    head = stranger.head(address)
    assert (head.status_code, body(head), head["Content-Length"]) == (200, b"", response["Content-Length"])
    assert stranger.post(address).status_code == 405


def test_no_name_leads_to_another(client, film, stranger):
    add_package(film, renditions=("720p", "480p"))
    address = path_of(segments(client, film)[5][0])
    start, _slash, last = address.rpartition("/")
    number, _dash, proof = last.removesuffix(".m4s").partition("-")
    changed = [
        f"{start}/6-{proof}.m4s",
        f"{start}/05-{proof}.m4s",
        f"{start}/5-{proof[:-1]}0.m4s" if proof[-1] != "0" else f"{start}/5-{proof[:-1]}1.m4s",
        f"{start}/5-{proof.upper()}.m4s" if proof.upper() != proof else f"{start}/5-.m4s",
        f"{start}/5-{proof}.mp4",
        f"{start}/5.m4s",
        f"{start}/5-{'0' * 32}.m4s",
        address.replace("/720p/", "/480p/"),
        address.replace(PACKAGE, "ba9876543210"),
        f"{start}/../720p.mp4",
        f"{start}/720p.mp4",
        f"{address}/",
        f"{address}%00",
        f"{address}%0a",
        f"/cdn/{film.video_file.uuid.hex}/../../{paths.made_name(film.video_file.uuid, PACKAGE, '720p.mp4')}",
        f"/cdn/{film.video_file.playable_name}",
        "/cdn/",
    ]
    assert number == "5" and stranger.get(address).status_code == 200
    for path in changed:
        response = stranger.get(path)
        assert response.status_code in (301, 404), path
        assert "no-store" in response.get("Cache-Control", "no-store")
        assert CONTENT[HEADER_LENGTH : HEADER_LENGTH + 50] not in body(response)
    # The names of two renditions, and of two segments, have nothing in common but what is the same in both.
    others = segments(client, film, rendition="480p")
    proofs = [name.rpartition("-")[2] for name, _key in [*others, *segments(client, film)]]
    assert len(set(proofs)) == 2 * len(LENGTHS)


def test_a_key_is_refused_as_every_file_is(client, film, stranger):
    (_address, key), *_others = segments(client, film)
    other = make_encrypted_video()
    refusal = answer_parts(stranger.get(f"/stream/{UNKNOWN}/source"))
    for browser, video in ((stranger, film), (client, other)):
        assert answer_parts(browser.get(key_url(video, key))) == refusal
        assert answer_parts(browser.get(key_url(video, "720p.99.00000000.key"))) == refusal
        assert browser.get(playlist_url(video)).status_code == 403
    response = client.get(key_url(film, key))
    assert (response.status_code, response["Cache-Control"], response["Vary"]) == (
        200,
        "private, no-store",
        "Cookie, Accept-Language",
    )
    end_all_access(film)
    assert answer_parts(client.get(key_url(film, key)))[0] == 403


def test_the_key_of_another_film_or_size_opens_nothing(client, film):
    other = make_encrypted_video()
    add_package(film, renditions=("720p", "480p"))
    theirs = unlocked(other)
    (address, key), *_others = segments(client, film)
    of_other = body(theirs.get(key_url(other, key)))
    of_size = body(client.get(key_url(film, key.replace("720p", "480p"))))
    own = body(client.get(key_url(film, key)))
    ciphertext = body(theirs.get(path_of(address)))
    assert len({own, of_other, of_size}) == 3
    plain = plain_segments()[0]
    assert [decrypted(ciphertext, each, 0) == plain for each in (own, of_other, of_size)] == [True, False, False]


def test_there_are_keys_for_the_periods_of_the_film_alone(client, film):
    keys = [key for _address, key in segments(client, film)]
    assert all(KEY.fullmatch(key) for key in keys)
    mark = keys[-1].split(".")[2]
    for name in (f"720p.4.{mark}.key", f"480p.0.{mark}.key", "720p.0.00000000.key", f"720p.00.{mark}.key", "720p.key"):
        assert client.get(key_url(film, name)).status_code == 404, name
    assert client.get(key_url(film, keys[0], package="ba9876543210")).status_code == 404


def test_a_key_is_a_view_and_a_playlist_is_none(client, film, django_capture_on_commit_callbacks):
    (_address, key), *_others = segments(client, film)
    client.head(key_url(film, key))
    assert VideoView.objects.count() == 0
    client.get(key_url(film, key))
    client.get(key_url(film, key))
    assert VideoView.objects.count() == 1


def test_a_television_gets_the_keys_by_its_token_as_long_as_the_access_lasts(film, client, stranger):
    folder = folder_for(film, client)
    listed = stranger.get(f"{folder}{PACKAGE}/720p.m3u8")
    assert listed["Access-Control-Allow-Origin"] == "*"
    text = body(listed).decode()
    key = f"{folder}{PACKAGE}/{KEY.search(text)[0]}"
    assert folder not in text
    opened = stranger.get(key)
    assert (opened.status_code, opened["Access-Control-Allow-Origin"], len(body(opened))) == (200, "*", 16)
    end_all_access(film)
    assert stranger.get(key).status_code == 403


def test_in_a_frame_its_key_stays_in_the_addresses_of_the_keys(film, stranger):
    frame = open_frame(film)
    text = body(stranger.get(frame_url(film, frame, f"{PACKAGE}/720p.m3u8"))).decode()
    (address, key), *_others = segments_of(text)
    assert frame not in text
    opened = stranger.get(frame_url(film, frame, f"{PACKAGE}/{key}"))
    assert decrypted(body(stranger.get(path_of(address))), body(opened), 0) == plain_segments()[0]


def test_with_a_query_a_name_is_none(client, film, stranger):
    address = path_of(segments(client, film)[3][0])
    answer = stranger.get(f"{address}?again=1")
    assert (answer.status_code, body(answer)) == (404, b"")
    assert "immutable" not in answer["Cache-Control"]
