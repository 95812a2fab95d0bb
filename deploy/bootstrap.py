"""Make .venv with the locked packages, then start the site: `python3 -m deploy.bootstrap run|scale|setup|setup-dev`.

It imports the standard library only. If the digests of the requirements and of the browser packages' lock file have not
changed since the last start, nothing is installed. The code runs on Python 3.6 or newer, so that an old Python prints
a message and no syntax error; so annotations with newer syntax are strings.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy import browser_packages, bundles, catalogues
from deploy.problems import (
    MIB,
    Problem,
    check_disk,
    check_python,
    explain_os_error,
    last_line,
    report,
    run,
    say,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
# Measured: the packages of requirements-dev.txt take 700 MiB, their download as much again in the worst case.
DISK_FOR_PACKAGES = 1000 * MIB

# The engines that need more than requirements.txt, by how the variable that chooses them begins.
ENGINES: "dict[str, str | tuple[str, ...]]" = {
    "DATABASE_URL": "postgres",
    "CACHE_URL": "redis",
    "TASKS": "celery",
    "PASSWORD_HASHER": "argon2",
    "LIBRARY_STORAGE": "s3",
    "DELIVERY": "cdn",
    "SENTRY_DSN": "http",
    "SEARCH_URL": ("opensearch", "elasticsearch"),
}

# The module inside .venv that goes on, for the actions that start the site.
MODULES = {"run": "deploy.start", "scale": "deploy.scale"}

NETWORK_SIGNS = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ConnectTimeout|"
    r"Connection refused|ProxyError|ReadTimeout|Max retries|Connection to .* timed out",
    re.IGNORECASE,
)
DISK_SIGNS = re.compile(r"No space left on device|Errno 28|Disk quota exceeded", re.IGNORECASE)


def venv_python(venv: Path = VENV) -> Path:
    """Return the path of the Python inside `venv`."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(requirements: "str | Path") -> str:
    """Return the hex digest of a requirements file, of those it includes, and of this Python's version."""
    content = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for path in included(requirements):
        content.update(path.read_bytes())
    return content.hexdigest()


def included(requirements: "str | Path") -> "list[Path]":
    """Return the paths of the requirements file and of those whose packages it repeats.

    The locked file does not name these; the lines with `-r` in its `.in` file do.
    """
    found = [Path(requirements)]
    for path in found:
        chosen = path.with_suffix(".in").read_text("utf-8")
        found += [path.parent / (name + ".txt") for name in re.findall(r"^-r (\S+)\.in$", chosen, re.MULTILINE)]
    return found


def stamp_path(requirements: "str | Path", venv: Path = VENV) -> Path:
    """Return the path of the file with the digest of the last complete installation of `requirements`."""
    return venv / ".installed-{}".format(Path(requirements).stem)


def is_installed(requirements: "str | Path", venv: Path = VENV) -> bool:
    """True if `venv` has a Python and the packages of `requirements`."""
    stamp = stamp_path(requirements, venv)
    return venv_python(venv).exists() and stamp.exists() and stamp.read_text() == digest(requirements)


def make_venv(venv: Path = VENV) -> None:
    """Make the virtual environment, also if the present one has no working pip. Raises Problem."""
    python = str(venv_python(venv))
    if os.path.exists(python):
        pip = subprocess.run([python, "-m", "pip", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        version = subprocess.run([python, "-V"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        mine = "Python {}.{}.".format(*sys.version_info[:2]).encode()
        if pip.returncode == 0 and version.stdout.startswith(mine):
            return
    say("Making the virtual environment {} …".format(venv))
    run([sys.executable, "-m", "venv", "--clear", str(venv)], lambda output: explain_venv(output, venv))


def explain_venv(output: str, venv: Path) -> str:
    """Return the sentence for a virtual environment that could not be made, from what Python printed."""
    if DISK_SIGNS.search(output):
        return "The disk of {} is full: make room and start again.".format(venv.parent)
    if "ensurepip" in output:
        return (
            "This Python can't make virtual environments: install its venv package "
            "(on Debian and Ubuntu: apt install python3-venv) and start again."
        )
    return "The virtual environment could not be made: {}".format(last_line(output))


def install(requirements: "str | Path", venv: Path = VENV) -> None:
    """Install `requirements` into `venv` with progress on stdout, and store their digest. Raises Problem.

    A package without a digest, or with another one, is refused.
    """
    say("Installing the packages of {} (once; a minute or two) …".format(Path(requirements).name))
    command = [str(venv_python(venv)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes"]
    command += ["--retries", "2", "--timeout", "20", "--progress-bar", "off", "-r", str(requirements)]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        for raw in pip.stdout or ():
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if line.lstrip().startswith(("Downloading", "Installing", "Using cached")):
                say("  " + line.strip()[:100])
    if pip.returncode != 0:
        raise Problem(explain_pip("\n".join(lines)))
    for path in included(requirements):
        stamp_path(path, venv).write_text(digest(path))


def explain_pip(output: str) -> str:
    """Return the sentence for a failed installation, from pip's output."""
    if DISK_SIGNS.search(output):
        return "The disk is full, so the packages could not be installed: make room and start again."
    if NETWORK_SIGNS.search(output):
        return "The packages could not be downloaded: connect this machine to the internet and start again."
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "A package is not the one whose digest the requirements name, so nothing was installed. Its download was "
            "changed on the way, or the index has another file under its name: try again on another network."
        )
    errors = [line for line in output.splitlines() if line.startswith("ERROR:")]
    return "The packages could not be installed: {}".format(last_line("\n".join(errors) or output))


def set_up(requirements: "str | Path", venv: Path = VENV, free_bytes: "int | None" = None) -> None:
    """Install `requirements` into `venv` unless they are installed. Raises Problem."""
    if is_installed(requirements, venv):
        return
    check_disk(venv.parent, DISK_FOR_PACKAGES, free_bytes)
    try:
        make_venv(venv)
        install(requirements, venv)
    except OSError as error:
        raise Problem(explain_os_error(error, venv)) from None


def chosen_engines(environment: "Mapping[str, str]", root: Path = ROOT) -> "dict[str, str]":
    """Return {name in ENGINES: value} from `environment`, or else from the file `.env` below `root`.

    For these names, the file is parsed as in site_config.environment.env, without the package that it uses. Raises
    Problem if the file can't be read.
    """
    name = environment.get("ENV_FILE", ".env")
    path = Path(root) / name
    try:
        text = "" if name == "-" else path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        text = ""
    except OSError:
        raise Problem("{} can't be read by this user: give it the right to, or set ENV_FILE=-.".format(path)) from None
    lines = re.findall(r"^(?:export )?([A-Z_]+)=['\"]?([^\s'\"]*)", text, re.MULTILINE)
    found = {key: value for key, value in lines if key in ENGINES}
    found.update({key: environment[key] for key in ENGINES if key in environment})
    return found


def needs_more_packages(environment: "Mapping[str, str]", root: Path = ROOT) -> bool:
    """True if an engine is chosen whose driver is in requirements-scale.txt. Raises Problem as `chosen_engines`."""
    return any(value.startswith(ENGINES[name]) for name, value in chosen_engines(environment, root).items())


def get_npm(venv: Path = VENV, path: "str | None" = None) -> str:
    """Return the path of the system's npm, or of one that is installed into `venv`. Raises Problem."""
    npm = browser_packages.find_npm(path)
    if npm is None:
        set_up(ROOT / "deploy" / "requirements-npm.txt", venv)
        npm = str(venv_python(venv).with_name("npm.exe" if os.name == "nt" else "npm"))
    return npm


def main(arguments: "list[str]") -> int:
    """Run the action in `arguments` (run, scale, setup or setup-dev); return an exit code."""
    action = arguments[0] if arguments else "run"
    try:
        check_python()
        set_up(ROOT / ("requirements-dev.txt" if action == "setup-dev" else "requirements.txt"))
        if action == "scale" or (action != "setup-dev" and needs_more_packages(os.environ)):
            set_up(ROOT / "requirements-scale.txt")
        browser_packages.set_up(get_npm, with_tools=action == "setup-dev")
        bundles.set_up()
        catalogues.set_up(str(venv_python()))
        if action in MODULES:
            os.chdir(str(ROOT))
            python = str(venv_python())
            # The same process goes on, so signals reach the one that started the servers.
            os.execv(python, [python, "-m", MODULES[action]] + arguments[1:])
    except Problem as problem:
        return report(problem)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
