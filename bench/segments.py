"""Processor time of a segment of 1.5 MB at the origin: plain as `stream` reads it, and encrypted for a CDN.

    make bench BENCH=segments

No server is asked, so neither figure contains the sending.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report  # noqa: E402

SEGMENTS, SEGMENT_BYTES = 400, 3 * 1024 * 1024 // 2
HEADER_BYTES, SECONDS = 1000, 4
FOLDER = "01/0123456789abcdef0123456789abcdef/0123456789ab"


def milliseconds(answer: Callable[[int], Iterable[bytes]]) -> float:
    """Return the processor time of reading the segment that `answer(number)` returns, as the mean of SEGMENTS."""
    for number in range(20):
        list(answer(number))
    began = time.process_time()
    for number in range(SEGMENTS):
        for _block in answer(number):
            pass
    return (time.process_time() - began) / SEGMENTS * 1e3


def make_rendition(folder: Path) -> None:
    """Write a rendition of SEGMENTS segments and its playlist."""
    lines = ["#EXTM3U", f'#EXT-X-MAP:URI="720p.mp4",BYTERANGE="{HEADER_BYTES}@0"']
    folder.mkdir(parents=True)
    with open(folder / "720p.mp4", "wb") as media:
        media.write(bytes(HEADER_BYTES))
        for number in range(SEGMENTS):
            lines += [f"#EXTINF:{SECONDS},", f"#EXT-X-BYTERANGE:{SEGMENT_BYTES}@{media.tell()}", "720p.mp4"]
            media.write(bytes([number % 256]) * SEGMENT_BYTES)
    (folder / "720p.m3u8").write_text("\n".join(lines))


def main() -> None:
    """Measure both ways and write the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(ENV_FILE="-", DJANGO_SETTINGS_MODULE="site_config.settings.dev", DATA_DIR=folder)
        os.environ.update(DELIVERY="cdn", CDN_URL="https://cdn.example.org")
        import django

        django.setup()
        from django.conf import settings
        from django.http import StreamingHttpResponse
        from django.test import RequestFactory

        from video_pages.delivery.backends.base import StoredFile
        from video_pages.delivery.backends.choice import delivery_backend
        from video_pages.delivery.cdn import names

        make_rendition(Path(settings.PROTECTED_ROOT) / FOLDER)
        naming, place = names.namings(60)[0], names.RenditionFolder(FOLDER, "720p")
        backend, ask = delivery_backend(), RequestFactory()
        file = StoredFile(place.media, "video/mp4")

        def plain(number: int) -> Iterable[bytes]:
            first = HEADER_BYTES + number * SEGMENT_BYTES
            request = ask.get("/", headers={"Range": f"bytes={first}-{first + SEGMENT_BYTES - 1}"})
            return cast(StreamingHttpResponse, backend.deliver(request, file))

        def encrypted(number: int) -> Iterable[bytes]:
            name = naming.segment(place, number).removeprefix(names.PREFIX)
            return cast(StreamingHttpResponse, backend.segment(ask.get("/"), name))

        figures = milliseconds(plain), milliseconds(encrypted)
    rows = [
        ["plain, as `stream` reads it", f"{figures[0]:.2f} ms", "1.0"],
        ["encrypted, for a CDN", f"{figures[1]:.2f} ms", f"{figures[1] / figures[0]:.1f}"],
    ]
    table = report.table(["a segment of 1.5 MB", "processor time", "against plain"], rows)
    report.write("segments", f"{table}\n\n{report.measured()}")


if __name__ == "__main__":
    main()
