"""Uploads: by tus against curl's PUT to a plain nginx and against Django's multipart form; and the memory of it.

    .venv/bin/python bench/uploads.py [SIZE IN MiB, default 1024]

One client on the loopback address sends one file of random bytes, in turns, three rounds. tus sends it in
requests of 32 MiB, as browsers do here, and once in a single request. What is timed ends with the answer to the last
byte; of tus that is all but the finishing, of which a line of its own tells. Nothing is fast that only a cache
made so: all write to the same disk, and nobody waits for the platter.
"""

import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.support import report
from bench.support.plain_nginx import nginx
from bench.support.site import ROOT, server, temporary_site

MIB = 1024 * 1024
CHUNK = 32 * MIB
ROUNDS = 3
TOKEN = "t" * 32


def draw_video(path: Path, megabytes: int) -> None:
    """A clip that plays, with a box of noise behind it that players pass over, `megabytes` in all."""
    import imageio_ffmpeg

    clip = path.with_name("clip.mp4")
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *source, "-c:v", "libx264"]
    subprocess.run([*command, "-pix_fmt", "yuv420p", str(clip)], check=True)
    content = clip.read_bytes()
    padding = megabytes * MIB - len(content)
    with open(path, "wb") as film:
        # A box with a length of 64 bits: ISO/IEC 14496-12, 4.2.
        film.write(content + (1).to_bytes(4, "big") + b"free" + padding.to_bytes(8, "big"))
        left = padding - 16
        while left:
            film.write(os.urandom(min(left, MIB)))
            left -= min(left, MIB)


class Editor:
    """A signed-in browser that sends files."""

    def __init__(self, port: int, session: str, section: int) -> None:
        self.port, self.section = port, section
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "X-Requested-With": "XMLHttpRequest",
        }

    def ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: "bytes | Window" = b"",
        **headers: object,
    ) -> tuple[int, dict[str, str], bytes]:
        given = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        connection.request(method, path, body, {**self.headers, **given})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def tus(self, film: Path, chunk: int) -> tuple[float, float]:
        """Return (seconds for the bytes, seconds for finishing)."""
        size = film.stat().st_size
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600, blocksize=MIB)
        spoken = {"Tus_Resumable": "1.0.0"}
        name = {"Upload_Metadata": "filename ZmlsbS5tcDQ="}
        began = time.perf_counter()
        status, headers, body = self.ask(
            connection, "POST", "/admin/uploads/tus/", b"", Upload_Length=size, **name, **spoken
        )
        assert status == 201, body
        before_last, offset = began, 0
        with open(film, "rb") as stream:
            while offset < size:
                # The last byte goes alone: its answer comes when the file has been looked into.
                count = min(chunk, size - offset - 1) or 1
                if offset + count == size:
                    before_last = time.perf_counter()
                part = Window(stream, count)
                body_headers = {"Content_Type": "application/offset+octet-stream", "Content_Length": str(count)}
                status, _headers, body = self.ask(
                    connection, "PATCH", headers["Location"], part, Upload_Offset=offset, **body_headers, **spoken
                )
                assert status == 204, (status, body)
                offset += count
        return before_last - began, time.perf_counter() - before_last

    def form(self, film: Path) -> float:
        """Send the form of the Upload video screen as a browser without JavaScript does; return seconds."""
        fields = {"title": "A film", "section": self.section, "description": "null", "publish": "no"}
        fields["csrfmiddlewaretoken"] = TOKEN
        given = [argument for name, value in fields.items() for argument in ("-F", f"{name}={value}")]
        headers = [argument for name, value in self.headers.items() for argument in ("-H", f"{name}: {value}")]
        url = f"http://127.0.0.1:{self.port}/admin/videos/upload/"
        return curl(*headers, *given, "-F", f"video_file=@{film}", url)


class Window:
    """The next `count` bytes of a stream, as a body of a request."""

    def __init__(self, stream: BinaryIO, count: int) -> None:
        self.stream, self.left = stream, count

    def read(self, count: int = -1) -> bytes:
        block = self.stream.read(min(count, self.left))
        self.left -= len(block)
        return block


def curl(*arguments: str) -> float:
    """Run curl and return the seconds that it took. Raises if the server refused."""
    began = time.perf_counter()
    subprocess.run(
        [shutil.which("curl") or "curl", "-sS", "-f", "-o", os.devnull, "-H", "Expect:", *arguments], check=True
    )
    return time.perf_counter() - began


def peak_memory(pid: int) -> int:
    """The most memory that any worker of the server has held, in bytes (Linux)."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = [Path(f"/proc/{worker}/status").read_text() for worker in workers]
    kilobytes = [next(line.split()[1] for line in text.splitlines() if line.startswith("VmHWM")) for text in peaks]
    return max(map(int, kilobytes)) * 1024


def clear() -> None:
    """Remove what the last round left in the library: a disk should not fill up for a bench."""
    from django.conf import settings

    from video_pages.models import ResumableUpload, VideoFile, VideoPage

    for page in VideoPage.objects.all():
        page.delete()
    ResumableUpload.objects.all().delete()
    VideoFile.objects.all().delete()
    for path in Path(settings.PROTECTED_ROOT).rglob("*"):
        if path.is_file():
            path.unlink()


def measure(film: Path, dav_port: int | None, editor: Editor) -> dict[str, list[float]]:
    """Return {way: [seconds of each round]}."""
    seconds: dict[str, list[float]] = {"nginx": [], "tus": [], "tus, one request": [], "form": [], "finishing": []}
    for _round in range(ROUNDS):
        if dav_port:
            target = f"http://127.0.0.1:{dav_port}/film.mp4"
            seconds["nginx"].append(curl("-T", str(film), target))
            curl("-X", "DELETE", target)
        bytes_took, finishing = editor.tus(film, CHUNK)
        seconds["tus"].append(bytes_took)
        seconds["finishing"].append(finishing)
        clear()
        seconds["tus, one request"].append(editor.tus(film, film.stat().st_size)[0])
        clear()
        seconds["form"].append(editor.form(film))
        clear()
    return seconds


def rows(seconds: dict[str, list[float]], size: int) -> list[list[str]]:
    """The lines of the table: medians, and the medians of the rounds' ratios."""
    shown = []
    for way, words in (
        ("nginx", "`curl -T` to plain nginx"),
        ("tus", "tus, requests of 32 MiB"),
        ("tus, one request", "tus, one request"),
        ("form", "Django's multipart form (with its probe)"),
    ):
        if not seconds[way]:
            continue
        speed = f"{size / MIB / statistics.median(seconds[way]):,.0f} MB/s"
        ratios = []
        for other in ("nginx", "form"):
            pairs = list(zip(seconds[other], seconds[way], strict=False))
            ratios.append(f"{statistics.median(base / own for base, own in pairs):.2f}" if pairs else "")
        shown.append([words, speed, *ratios])
    return shown


def main(megabytes: int) -> None:
    with temporary_site(workers=1, threads=32) as environment, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        from django.contrib.auth import get_user_model
        from django.test import Client

        from home.models import HomePage
        from video_pages.models import VideoIndexPage

        user = get_user_model().objects.create_superuser("admin", "admin@example.org", "secret-secret")
        client = Client()
        client.force_login(user)
        home = HomePage.objects.first()
        section = home.add_child(instance=VideoIndexPage(title="Films", slug="films"))
        film = Path(folder) / "film.mp4"
        draw_video(film, megabytes)
        size = film.stat().st_size
        with nginx(Path(folder)) as dav_port, server(environment) as running:
            editor = Editor(running.port, client.cookies["sessionid"].value, section.pk)
            curl(f"http://127.0.0.1:{running.port}/admin/uploads/tus/")
            before = peak_memory(running.pid)
            editor.tus(film, CHUNK)
            after = peak_memory(running.pid)
            clear()
            seconds = measure(film, dav_port, editor)
    head = ["", "speed", "times nginx", "times the form"]
    finishing = statistics.median(seconds["finishing"])
    command = f"`{Path(__file__).relative_to(ROOT)} {megabytes}`"
    where = f"{os.cpu_count()} cores shared by server and client; {command}"
    text = (
        f"{report.table(head, rows(seconds, size))}\n\n"
        f"A file of {megabytes:,} MiB. Peak memory of the web server's process: {before / MIB:.0f} MiB before the "
        f"first upload, {after / MIB:.0f} MiB after it. Finishing (digest, probe, into the library): "
        f"{finishing:.1f} s.\n\n{report.measured(where)}"
    )
    report.write("uploads", text)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
