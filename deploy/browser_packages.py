"""What browsers get from npm: install package-lock.json's packages, and collect the files that are used.

The packages land in node_modules, whole; the tools of developers only where they are asked for. Only the files listed
here go on to build/browser, which the static files include below `vendor/`. A second start finds both in place and asks
nobody. Readable for any Python 3.6.
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.problems import Problem, explain_os_error, last_line, say

ROOT = Path(__file__).resolve().parent.parent
# Debian 12's, the oldest that was tried; 7 is the first that reads such a lock file.
MINIMUM_NPM = 9

# By package: the files that pages use, and the licence that must stay beside them.
FILES = {
    "@fontsource/instrument-serif": [
        "LICENSE",
        "files/instrument-serif-latin-400-normal.woff2",
        "files/instrument-serif-latin-400-italic.woff2",
        "files/instrument-serif-latin-ext-400-normal.woff2",
        "files/instrument-serif-latin-ext-400-italic.woff2",
    ],
    "@fontsource-variable/instrument-sans": [
        "LICENSE",
        "files/instrument-sans-latin-wght-normal.woff2",
        "files/instrument-sans-latin-wght-italic.woff2",
        "files/instrument-sans-latin-ext-wght-normal.woff2",
        "files/instrument-sans-latin-ext-wght-italic.woff2",
    ],
    # The frame and the seek bar of the player; its buttons and menus are the site's own.
    "media-chrome": [
        "LICENSE",
        "dist/constants.js",
        "dist/media-chrome-dialog.js",
        "dist/media-chrome-range.js",
        "dist/media-container.js",
        "dist/media-controller.js",
        "dist/media-gesture-receiver.js",
        "dist/media-keyboard-shortcuts-dialog.js",
        "dist/media-preview-chapter-display.js",
        "dist/media-preview-thumbnail.js",
        "dist/media-preview-time-display.js",
        "dist/media-text-display.js",
        "dist/media-time-range.js",
        "dist/lang/en.js",
        "dist/media-store/media-store.js",
        "dist/media-store/request-map.js",
        "dist/media-store/state-mediator.js",
        "dist/media-store/util.js",
        "dist/utils/attribute-token-list.js",
        "dist/utils/captions.js",
        "dist/utils/element-utils.js",
        "dist/utils/fullscreen-api.js",
        "dist/utils/i18n.js",
        "dist/utils/platform-tests.js",
        "dist/utils/range-animation.js",
        "dist/utils/resize-observer.js",
        "dist/utils/server-safe-globals.js",
        "dist/utils/time.js",
        "dist/utils/utils.js",
    ],
    # The light build, and the full one for films with several languages to hear.
    "hls.js": ["LICENSE", "dist/hls.light.min.mjs", "dist/hls.min.mjs"],
    # Sends uploads piece by piece; the one build of it that is whole in itself.
    "tus-js-client": ["LICENSE", "dist/tus.min.js", "dist/tus.min.js.map"],
    # These three name their licence and their makers in package.json alone.
    "hls-video-element": ["package.json", "dist/hls-video-element.js"],
    "custom-media-element": ["package.json", "dist/custom-media-element.js"],
    "media-tracks": [
        "package.json",
        "dist/audio-rendition-list.js",
        "dist/audio-rendition.js",
        "dist/audio-track-list.js",
        "dist/audio-track.js",
        "dist/change-event.js",
        "dist/global.js",
        "dist/index.js",
        "dist/mixin.js",
        "dist/rendition-event.js",
        "dist/utils.js",
        "dist/video-rendition-list.js",
        "dist/video-rendition.js",
        "dist/video-track-list.js",
        "dist/video-track.js",
    ],
}

NETWORK_SIGNS = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)
DISK_SIGNS = re.compile(r"ENOSPC|EDQUOT|no space left on device", re.IGNORECASE)
# What the stamp says where the tools are installed, too.
TOOLS = "with the tools of developers"
PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]


def find_npm(path=None):
    """Return the path of this system's npm, or None if it has none or too old a one. `path` stands in for PATH."""
    npm = shutil.which("npm", path=path)
    if npm is None:
        return None
    try:
        asked = subprocess.run([npm, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    major = re.match(r"(\d+)\.", asked.stdout.decode(errors="replace"))
    return npm if asked.returncode == 0 and major and int(major.group(1)) >= MINIMUM_NPM else None


def digest(root=ROOT):
    """Hex digest of the lock file below `root`."""
    return hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()


def stamp_path(root=ROOT):
    """Where the digest of the last complete installation is kept: gone whenever the packages are."""
    return root / "node_modules" / ".installed"


def is_installed(root=ROOT, with_tools=False):
    """Whether node_modules holds what the lock file says, developers' tools included if `with_tools`."""
    stamp = stamp_path(root)
    lines = stamp.read_text().splitlines() if stamp.exists() else []
    return lines[:1] == [digest(root)] and (not with_tools or TOOLS in lines)


def wanted():
    """Return {path below `vendor/`: path below node_modules} of all files that are used, as strings.

    What a package keeps in its one folder of built files ("files", "dist") goes to the top of its own folder here.
    Folders below that stay, as modules name each other by relative paths.
    """
    return {
        "{}/{}".format(package.rpartition("/")[2], name.split("/", 1)[-1]): "{}/{}".format(package, name)
        for package, names in FILES.items()
        for name in names
    }


def is_collected(root=ROOT):
    """Whether build/browser holds the files that are used, and no others."""
    target = root / "build" / "browser"
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    return there == set(wanted())


def install(npm, root=ROOT, with_tools=False):
    """Let `npm` install what the lock file says; no package runs a script. Raises Problem."""
    say("Installing the browser packages (once; some seconds) …")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--include=dev"] if with_tools else ["--omit=dev"]
    done = subprocess.run(
        command + PATIENCE,
        cwd=str(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        raise Problem(explain_npm(done.stdout.decode(errors="replace")))
    stamp_path(root).parent.mkdir(exist_ok=True)
    stamp_path(root).write_text("\n".join([digest(root)] + [TOOLS] * with_tools))


def collect(root=ROOT):
    """Copy the files that are used to build/browser, all or none.

    Their times are those of the copy: packages bear a date of 1985, by which a newer version would look unchanged.
    """
    target, partial = root / "build" / "browser", root / "build" / "browser.partial"
    shutil.rmtree(str(partial), ignore_errors=True)
    for name, source in wanted().items():
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(root / "node_modules" / source), str(partial / name))
    shutil.rmtree(str(target), ignore_errors=True)
    os.rename(str(partial), str(target))


def explain_npm(output):
    """Return the sentence for a failed installation, from npm's output."""
    if DISK_SIGNS.search(output):
        return "The disk is full, so the browser packages could not be installed: make room and start again."
    if NETWORK_SIGNS.search(output):
        return "The browser packages could not be downloaded: connect this machine to the internet and start again."
    said = re.findall(r"^npm (?:error|ERR!) (?!code |A complete log)(\S.*)$", output, re.MULTILINE)
    return "The browser packages could not be installed: {}".format(said[0][:300] if said else last_line(output))


def set_up(get_npm, root=ROOT, with_tools=False):
    """Make sure that the files are there; quick if they are already. `get_npm()` gives npm's path. Raises Problem."""
    try:
        if is_installed(root, with_tools) and is_collected(root):
            return
        if not is_installed(root, with_tools):
            install(get_npm(), root, with_tools)
        collect(root)
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or root)) from None
