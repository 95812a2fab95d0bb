"""Make .venv with the locked packages, then hand over: `python3 -m deploy.bootstrap run|setup|setup-dev`.

The standard library is all this needs. A second start finds the digests of the requirements and of the
browser packages' lock file, and goes on at once. Written for any Python 3.6 or newer, so that an old one
gets a sentence.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from deploy import browser_packages
from deploy.problems import (
    MIB,
    Problem,
    check_disk,
    check_python,
    explain_os_error,
    last_line,
    report,
    say,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
# Measured: the packages of requirements-dev.txt take 700 MiB, their download as much again in the worst case.
DISK_FOR_PACKAGES = 1000 * MIB

# The engines that need more than requirements.txt, by how the variable that chooses them begins.
ENGINES = {"DATABASE_URL": "postgres", "CACHE_URL": "redis", "PASSWORD_HASHER": "argon2"}

NETWORK_SIGNS = re.compile(
    r"NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ConnectTimeout|"
    r"Connection refused|ProxyError|ReadTimeout|Max retries|Connection to .* timed out",
    re.IGNORECASE,
)
DISK_SIGNS = re.compile(r"No space left on device|Errno 28|Disk quota exceeded", re.IGNORECASE)


def venv_python(venv=VENV):
    """Path of the Python inside `venv`."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(requirements):
    """Hex digest of a requirements file, of those it includes, and of this Python's version."""
    content = hashlib.sha256(repr(sys.version_info[:3]).encode())
    for path in included(requirements):
        content.update(path.read_bytes())
    return content.hexdigest()


def included(requirements):
    """The requirements file itself and those whose packages it repeats, as a list of paths.

    The locked file does not say which these are: the `.in` file that it is made of does, by -r.
    """
    found = [Path(requirements)]
    for path in found:
        chosen = path.with_suffix(".in").read_text("utf-8")
        found += [path.parent / (name + ".txt") for name in re.findall(r"^-r (\S+)\.in$", chosen, re.MULTILINE)]
    return found


def stamp_path(requirements, venv=VENV):
    """Where the digest of the last complete installation of `requirements` is kept."""
    return venv / ".installed-{}".format(Path(requirements).stem)


def is_installed(requirements, venv=VENV):
    """Whether `venv` works and holds what `requirements` says."""
    stamp = stamp_path(requirements, venv)
    return venv_python(venv).exists() and stamp.exists() and stamp.read_text() == digest(requirements)


def make_venv(venv=VENV):
    """Make the virtual environment, or make it anew if it lacks a working pip. Raises Problem."""
    python = str(venv_python(venv))
    if os.path.exists(python):
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        pip = subprocess.run([python, "-m", "pip", "--version"], **quiet)
        version = subprocess.run([python, "-V"], **quiet)
        mine = "Python {}.{}.".format(*sys.version_info[:2]).encode()
        if pip.returncode == 0 and version.stdout.startswith(mine):
            return
    say("Making the virtual environment {} …".format(venv))
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode != 0:
        output = made.stdout.decode(errors="replace")
        if DISK_SIGNS.search(output):
            raise Problem("The disk of {} is full: make room and start again.".format(venv.parent))
        if "ensurepip" in output:
            raise Problem(
                "This Python can't make virtual environments: install its venv package "
                "(on Debian and Ubuntu: apt install python3-venv) and start again."
            )
        raise Problem("The virtual environment could not be made: {}".format(last_line(output)))


def install(requirements, venv=VENV):
    """Install `requirements` into `venv` with progress on stdout, and stamp it. Raises Problem.

    A package without a digest, or with another one, is refused.
    """
    say("Installing the packages of {} (once; a minute or two) …".format(Path(requirements).name))
    command = [str(venv_python(venv)), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes"]
    command += ["--retries", "2", "--timeout", "20", "--progress-bar", "off", "-r", str(requirements)]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        for raw in pip.stdout:
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if line.lstrip().startswith(("Downloading", "Installing", "Using cached")):
                say("  " + line.strip()[:100])
    if pip.returncode != 0:
        raise Problem(explain_pip("\n".join(lines)))
    for path in included(requirements):
        stamp_path(path, venv).write_text(digest(path))


def explain_pip(output):
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


def set_up(requirements, venv=VENV, free_bytes=None):
    """Make sure that `venv` holds `requirements`; quick if it does already. Raises Problem."""
    if is_installed(requirements, venv):
        return
    check_disk(venv.parent, DISK_FOR_PACKAGES, free_bytes)
    try:
        make_venv(venv)
        install(requirements, venv)
    except OSError as error:
        raise Problem(explain_os_error(error, venv)) from None


def chosen_engines(environment, root=ROOT):
    """Return what `environment` (a mapping), or else the file `.env` below `root`, says of the engines.

    A dictionary of the names in ENGINES. The file is read as the site reads it (site_config.env), as far as these
    names go, without the packages that this needs there.
    """
    name = environment.get("ENV_FILE", ".env")
    try:
        text = "" if name == "-" else (Path(root) / name).read_text("utf-8", errors="replace")
    except OSError:
        text = ""
    lines = re.findall(r"^(?:export )?([A-Z_]+)=['\"]?([^\s'\"]*)", text, re.MULTILINE)
    found = {key: value for key, value in lines if key in ENGINES}
    found.update({key: environment[key] for key in ENGINES if key in environment})
    return found


def needs_more_packages(environment, root=ROOT):
    """Whether an engine is chosen whose driver requirements-scale.txt brings."""
    return any(value.startswith(ENGINES[name]) for name, value in chosen_engines(environment, root).items())


def get_npm(venv=VENV, path=None):
    """Return the path of an npm: the system's, else one that is installed into `venv`. Raises Problem."""
    npm = browser_packages.find_npm(path)
    if npm is None:
        set_up(ROOT / "deploy" / "requirements-npm.txt", venv)
        npm = str(venv_python(venv).with_name("npm.exe" if os.name == "nt" else "npm"))
    return npm


def main(arguments):
    """Do what the Makefile asks for; return an exit code."""
    action = arguments[0] if arguments else "run"
    try:
        check_python()
        set_up(ROOT / ("requirements-dev.txt" if action == "setup-dev" else "requirements.txt"))
        if action == "run" and needs_more_packages(os.environ):
            set_up(ROOT / "requirements-scale.txt")
        browser_packages.set_up(get_npm, with_tools=action == "setup-dev")
        if action == "run":
            os.chdir(str(ROOT))
            python = str(venv_python())
            # The same process goes on, so signals reach the one that started the servers.
            os.execv(python, [python, "-m", "deploy.start"] + arguments[1:])
    except Problem as problem:
        return report(problem)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
