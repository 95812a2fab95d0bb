"""Bundles: the scripts and style sheets of visitors' pages, which esbuild makes from the site's files and npm packages.

SCRIPTS and STYLES name one script and one style sheet for each kind of page. They are written to build/bundles, which
the static files include below `bundles/`, with their source maps. They are made again if a source, the lock file
or this module has changed. The code runs on Python 3.6 or newer.
"""

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator

from deploy.problems import Problem, explain_os_error, last_line, run, say

ROOT = Path(__file__).resolve().parent.parent
# The packages whose static files are sources; a bundle imports what it needs from them.
APPS = ["home", "video_pages"]

_LISTS = ["video_pages/js/local_time.js"]
_PASSWORD = ["video_pages/js/local_time.js", "video_pages/js/password_page.js"]
SCRIPTS = {
    "list_page": [*_LISTS, "video_pages/js/fresh_list.js", "video_pages/js/programme_page.js"],
    "search_page": [*_LISTS, "home/js/search_suggestions.js"],
    "password_page": _PASSWORD,
    "password_list_page": [*_PASSWORD, "video_pages/js/programme_page.js"],
    "invitation_page": ["video_pages/js/invitation_link.js"],
    "player_page": [
        "video_pages/js/local_time.js",
        "video_pages/js/player.js",
        "video_pages/js/player_processing.js",
    ],
    "embed_page": ["video_pages/js/local_time.js", "video_pages/js/embed.js"],
}
# These are split: what they import() is a file of its own, which the browser loads on demand. Each is split by itself,
# and the others are whole: a file that several pages share would be one more request of each.
SPLIT = ["player_page", "embed_page"]

_BASE = ["home/css/fonts.css", "home/css/tokens.css", "home/css/base.css", "home/css/buttons.css"]
_BASE += ["home/css/message.css", "home/css/layout.css", "home/css/site_head.css", "home/css/footer.css"]
_PLAYER = [
    "video_pages/css/{}.css".format(name)
    for name in (
        "password_form",
        "password_head",
        "password_low",
        "mail_code",
        "player",
        "player_password",
        "player_below",
        "player_controls",
        "player_menu",
        "player_center",
        "player_captions",
        "player_label",
        "player_television",
    )
]
_CARDS = ["video_pages/css/cover.css", "video_pages/css/video_card.css", "video_pages/css/section_card.css"]
_PROGRAMME = ["video_pages/css/programme.css"]
_FORM = ["video_pages/css/password_form.css", "video_pages/css/password_head.css", "video_pages/css/password_low.css"]
STYLES = {
    # The pairs of fonts beside the usual one: a site that has chosen one loads its sheet after that of the page.
    "fonts_newsreader": ["home/css/fonts_newsreader.css"],
    "fonts_schibsted": ["home/css/fonts_schibsted.css"],
    "plain_page": _BASE,
    "home_page": _BASE + _CARDS + ["home/css/home_page.css", "home/css/blocks.css"],
    "list_page": _BASE + _CARDS + _PROGRAMME,
    "search_page": _BASE + _CARDS + ["home/css/search.css"],
    "password_list_page": _BASE + _CARDS + _PROGRAMME + _FORM,
    "invitation_page": _BASE
    + ["video_pages/css/cover.css"]
    + _FORM
    + ["video_pages/css/ask.css", "video_pages/css/mail_code.css"],
    "password_page": _BASE + ["video_pages/css/cover.css"] + _FORM + ["video_pages/css/film_facts.css"],
    "player_page": _BASE + _PLAYER + ["video_pages/css/adjacent_videos.css", "video_pages/css/film_facts.css"],
    "embed_page": _BASE + ["video_pages/css/cover.css"] + _PLAYER + ["video_pages/css/embed.css"],
}

# The language that the sources are written in: nothing is rewritten for older browsers.
OPTIONS = ["--bundle", "--minify", "--target=es2022", "--format=esm", "--sourcemap", "--legal-comments=eof"]
# Fonts keep their addresses: a bundle lies as deep as the style sheet that names them.
OPTIONS += ["--external:../../vendor/*", "--log-level=warning", "--color=false", "--charset=utf8"]
OPTIONS += ["--entry-names=[dir]/[name]", "--chunk-names=js/[name]-[hash]"]
LICENCES = "--footer:js=/* Licences: vendor/media-chrome/LICENSE, vendor/hls.js/LICENSE */"

STAMP = ".sources"


def output(root: Path = ROOT) -> Path:
    """Return the folder of the bundles of the project below `root`."""
    return root / "build" / "bundles"


def find_esbuild(root: Path = ROOT) -> Path:
    """Return the path of the esbuild that npm installed for this system. Raises Problem."""
    below = root / "node_modules" / "@esbuild"
    for path in sorted(below.glob("*/bin/esbuild")) + sorted(below.glob("*/esbuild.exe")):
        return path
    raise Problem(
        "npm has installed no esbuild for this system, so the scripts of the pages can't be bundled: "
        "remove node_modules and start again."
    )


def sources(root: Path = ROOT) -> "list[Path]":
    """Return the paths of all scripts and style sheets of the site, in order."""
    static = [root / app / "static" for app in APPS]
    return sorted(path for folder in static for path in folder.rglob("*") if path.suffix in (".js", ".css"))


def digest(root: Path = ROOT) -> str:
    """Return the hex digest of everything that the bundles depend on."""
    content = hashlib.sha256()
    for path in [Path(__file__), root / "package-lock.json"] + sources(root):
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def is_bundled(root: Path = ROOT, target: "Path | None" = None) -> bool:
    """True if the bundles in `target` are all there, and made from the present sources."""
    target = target or output(root)
    stamp = target / STAMP
    lines = stamp.read_text("utf-8").splitlines() if stamp.exists() else []
    return lines[:1] == [digest(root)] and all((target / name).is_file() for name in lines[1:])


def write_entries(folder: Path, root: Path) -> "list[str]":
    """Write a file for each bundle, which imports its sources; return the paths of the files."""
    written = []
    for kind, table, line in (("js", SCRIPTS, 'import "{}";\n'), ("css", STYLES, '@import "{}";\n')):
        (folder / kind).mkdir(parents=True)
        for name, parts in table.items():
            entry = folder / kind / "{}.{}".format(name, kind)
            paths = [root / part.partition("/")[0] / "static" / part for part in parts]
            entry.write_text("".join(line.format(path.as_posix()) for path in paths), "utf-8")
            written.append(str(entry))
    return written


def bundle(root: Path = ROOT, target: "Path | None" = None) -> None:
    """Write all bundles to `target`, all or none. Raises Problem."""
    target = target or output(root)
    say("Bundling the scripts and style sheets …")
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(str(partial), ignore_errors=True)
    made = digest(root)
    entries = partial / "entries"
    written = write_entries(entries, root)
    split = [str(entries / "js" / (name + ".js")) for name in SPLIT]
    whole = [path for path in written if path not in split]
    command = [str(find_esbuild(root)), "--outdir=" + str(partial), "--outbase=" + str(entries), LICENCES] + OPTIONS
    for arguments in [whole] + [[path, "--splitting"] for path in split]:
        run(command + arguments, explain_esbuild, root)
    shutil.rmtree(str(entries))
    names = sorted(path.relative_to(partial).as_posix() for path in partial.rglob("*") if path.is_file())
    (partial / STAMP).write_text("\n".join([made] + names), "utf-8")
    former = target.with_name(target.name + ".former")
    shutil.rmtree(str(former), ignore_errors=True)
    if target.exists():
        os.rename(str(target), str(former))
    os.rename(str(partial), str(target))
    shutil.rmtree(str(former), ignore_errors=True)


@contextlib.contextmanager
def only_one(target: "Path | None" = None) -> "Iterator[None]":
    """Keep others who bundle into `target` waiting until this block ends. On Windows there is no such lock."""
    target = target or output()
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(str(target.with_name(target.name + ".lock")), "w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)  # closing the file ends it
        yield


def explain_esbuild(printed: str) -> str:
    """Return the sentence for failed bundling, from what esbuild printed."""
    errors = re.findall(r"\[ERROR\] (.+)\n\s+(\S+:\d+:\d+)?", printed)
    reason = "{} ({})".format(*errors[0]) if errors else last_line(printed)
    return "The scripts of the pages could not be bundled: {}".format(reason)


def set_up(root: Path = ROOT, target: "Path | None" = None) -> None:
    """Make the bundles unless they are up to date; of several starts, one does and the others wait. Raises Problem."""
    try:
        with only_one(target or output(root)):
            if not is_bundled(root, target):
                bundle(root, target)
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or root)) from None
