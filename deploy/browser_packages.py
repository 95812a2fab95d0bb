"""Browser packages from npm: install the packages of package-lock.json, and collect the files that pages use.

All packages are installed into node_modules; the tools of developers only on request. Only the files in FILES are
copied to build/vendor, which the static files include below `vendor/`. If both are up to date, npm does not run. The
code runs on Python 3.6 or newer.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.problems import Problem, explain_os_error, last_line, run, say

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
    # The other pairs of fonts that a site may choose: see home/appearance/fonts.py.
    "@fontsource/schibsted-grotesk": [
        "LICENSE",
        "files/schibsted-grotesk-latin-600-normal.woff2",
        "files/schibsted-grotesk-latin-600-italic.woff2",
        "files/schibsted-grotesk-latin-ext-600-normal.woff2",
        "files/schibsted-grotesk-latin-ext-600-italic.woff2",
    ],
    "@fontsource-variable/figtree": [
        "LICENSE",
        "files/figtree-latin-wght-normal.woff2",
        "files/figtree-latin-wght-italic.woff2",
        "files/figtree-latin-ext-wght-normal.woff2",
        "files/figtree-latin-ext-wght-italic.woff2",
    ],
    "@fontsource/newsreader": [
        "LICENSE",
        "files/newsreader-latin-500-normal.woff2",
        "files/newsreader-latin-500-italic.woff2",
        "files/newsreader-latin-ext-500-normal.woff2",
        "files/newsreader-latin-ext-500-italic.woff2",
    ],
    "@fontsource-variable/public-sans": [
        "LICENSE",
        "files/public-sans-latin-wght-normal.woff2",
        "files/public-sans-latin-wght-italic.woff2",
        "files/public-sans-latin-ext-wght-normal.woff2",
        "files/public-sans-latin-ext-wght-italic.woff2",
    ],
    # Scripts of visitors' pages are bundled from node_modules; see bundles.py.
    "media-chrome": ["LICENSE"],
    "hls.js": ["LICENSE"],
    # Sends uploads piece by piece; the one build of it that is whole in itself.
    "tus-js-client": ["LICENSE", "dist/tus.min.js", "dist/tus.min.js.map"],
}

NETWORK_SIGNS = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)
DISK_SIGNS = re.compile(r"ENOSPC|EDQUOT|no space left on device", re.IGNORECASE)
# The text of the stamp where the tools are installed, too.
TOOLS = "with the tools of developers"
PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]


def find_npm(path: "str | None" = None) -> "str | None":
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


def digest(root: Path = ROOT) -> str:
    """Return the hex digest of the lock file below `root`."""
    return hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()


def stamp_path(root: Path = ROOT) -> Path:
    """Return the path of the file with the digest of the last installation; npm removes it with the packages."""
    return root / "node_modules" / ".installed"


def is_installed(root: Path = ROOT, with_tools: bool = False) -> bool:
    """True if node_modules has the packages of the lock file; with `with_tools`, also the developers' tools."""
    return _stamped(root)[:1] == [digest(root)] and (not with_tools or has_tools(root))


def has_tools(root: Path = ROOT) -> bool:
    """True if the last installation has put the developers' tools into node_modules."""
    return TOOLS in _stamped(root)


def _stamped(root: Path) -> "list[str]":
    stamp = stamp_path(root)
    return stamp.read_text().splitlines() if stamp.exists() else []


def wanted() -> "dict[str, str]":
    """Return {path below `vendor/`: path below node_modules} of all files that are used, as strings.

    The folder of built files of a package ("files", "dist") becomes the folder of the package here.
    """
    return {
        "{}/{}".format(package.rpartition("/")[2], name.split("/", 1)[-1]): "{}/{}".format(package, name)
        for package, names in FILES.items()
        for name in names
    }


def is_collected(root: Path = ROOT) -> bool:
    """True if build/vendor contains the files that are used, and no others."""
    target = root / "build" / "vendor"
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    return there == set(wanted())


def install(npm: str, root: Path = ROOT, with_tools: bool = False) -> None:
    """Install the packages of the lock file with `npm`, without running their scripts. Raises Problem."""
    say("Installing the browser packages (once; some seconds) …")
    if (root / "node_modules").is_symlink():  # to the packages of another copy of the project, which npm would remove
        (root / "node_modules").unlink()
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    command += ["--include=dev"] if with_tools else ["--omit=dev"]
    command += ["--include=optional"]  # esbuild's program for this system is one
    run(command + PATIENCE, explain_npm, root)
    stamp_path(root).parent.mkdir(exist_ok=True)
    stamp_path(root).write_text("\n".join([digest(root)] + [TOOLS] * with_tools))


def collect(root: Path = ROOT) -> None:
    """Copy the files that are used to build/vendor, all or none.

    The copies have the time of the copy: files in packages are dated 1985, so a new version would look unchanged.
    """
    target, partial = root / "build" / "vendor", root / "build" / "vendor.partial"
    shutil.rmtree(str(partial), ignore_errors=True)
    for name, source in wanted().items():
        (partial / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(root / "node_modules" / source), str(partial / name))
    shutil.rmtree(str(target), ignore_errors=True)
    os.rename(str(partial), str(target))


def explain_npm(output: str) -> str:
    """Return the sentence for a failed installation, from npm's output."""
    if DISK_SIGNS.search(output):
        return "The disk is full, so the browser packages could not be installed: make room and start again."
    if NETWORK_SIGNS.search(output):
        return "The browser packages could not be downloaded: connect this machine to the internet and start again."
    errors = re.findall(r"^npm (?:error|ERR!) (?!code |A complete log)(\S.*)$", output, re.MULTILINE)
    return "The browser packages could not be installed: {}".format(errors[0][:300] if errors else last_line(output))


def set_up(get_npm: "Callable[[], str]", root: Path = ROOT, with_tools: bool = False) -> None:
    """Install and collect the files unless they are present. `get_npm()` returns npm's path. Raises Problem.

    The tools of developers stay where they are installed.
    """
    try:
        with_tools = with_tools or has_tools(root)
        if is_installed(root, with_tools) and is_collected(root):
            return
        if not is_installed(root, with_tools):
            install(get_npm(), root, with_tools)
        collect(root)
    except OSError as error:
        raise Problem(explain_os_error(error, error.filename or root)) from None
