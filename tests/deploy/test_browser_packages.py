"""Browser packages: installed once, named by version and digest alone, and only the used files served."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from django.contrib.staticfiles import finders

from deploy import bootstrap, browser_packages
from deploy.problems import Problem

ROOT = browser_packages.ROOT
SHEETS = sorted((ROOT / "home" / "static" / "home" / "css").glob("fonts*.css"))


@pytest.fixture
def project(tmp_path):
    """A project directory with this one's lock file, and packages that hold a line in each file."""
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    for source in browser_packages.wanted().values():
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    browser_packages.stamp_path(tmp_path).write_text(browser_packages.digest(tmp_path))
    return tmp_path


def no_npm():
    pytest.fail("npm was asked for")


def program(directory, text):
    """Make `directory`/npm a shell script of one line; return the directory as a PATH."""
    directory.mkdir(parents=True)
    (directory / "npm").write_text(f"#!/bin/sh\n{text}\n")
    (directory / "npm").chmod(0o755)
    return str(directory)


def test_second_start_asks_nobody(project):
    browser_packages.set_up(no_npm, project)
    collected = project / "build" / "vendor" / "instrument-serif" / "LICENSE"
    first = collected.stat().st_mtime_ns
    browser_packages.set_up(no_npm, project)
    assert collected.stat().st_mtime_ns == first


def test_changed_lock_file_is_installed_again(project):
    (project / "package-lock.json").write_text("{}")
    assert not browser_packages.is_installed(project)


def test_tools_of_developers_are_installed_only_where_they_are_asked_for(project, tmp_path):
    """The stand-in for npm writes down what it is asked."""
    npm = f"{program(tmp_path / 'bin', 'echo $* >> asked')}/npm"
    browser_packages.set_up(no_npm, project)
    browser_packages.set_up(lambda: npm, project, with_tools=True)
    browser_packages.set_up(no_npm, project, with_tools=True)
    browser_packages.set_up(no_npm, project)
    browser_packages.install(npm, project)
    assert not browser_packages.is_installed(project, with_tools=True)
    first, second = (project / "asked").read_text().splitlines()
    assert "--include=dev" in first and "--omit=dev" in second
    assert "--include=optional" in first and "--include=optional" in second  # among them is esbuild's program


def test_new_packages_come_with_the_tools_that_were_there(project, tmp_path):
    npm = f"{program(tmp_path / 'bin', 'echo $* >> asked')}/npm"
    browser_packages.install(npm, project, with_tools=True)
    (project / "package-lock.json").write_text("{}")
    browser_packages.set_up(lambda: npm, project)
    assert browser_packages.is_installed(project, with_tools=True)


def test_packages_of_another_copy_of_the_project_are_left_alone(project, tmp_path):
    """A work tree may use the packages of another one by a link, until its own lock file differs."""
    other = tmp_path / "other"
    (project / "node_modules").rename(other)
    (project / "node_modules").symlink_to(other)
    npm = f"{program(tmp_path / 'bin', 'mkdir -p node_modules')}/npm"
    browser_packages.install(npm, project)
    assert not (project / "node_modules").is_symlink()
    assert (other / "@fontsource" / "instrument-serif" / "LICENSE").exists()


def test_removed_packages_are_installed_again(project):
    shutil.rmtree(project / "node_modules")
    assert not browser_packages.is_installed(project)


def test_collecting_puts_back_what_is_missing_and_takes_away_what_is_used_no_more(project):
    browser_packages.collect(project)
    target = project / "build" / "vendor"
    (target / "instrument-serif" / "LICENSE").unlink()
    (target / "old.js").write_text("")
    assert not browser_packages.is_collected(project)
    browser_packages.set_up(no_npm, project)
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert there == set(browser_packages.wanted())


def test_new_version_of_a_file_looks_newer_than_the_old_one(project):
    """Packages date their files 1985; collectstatic would keep the old copy for good."""
    source = project / "node_modules" / "@fontsource" / "instrument-serif" / "LICENSE"
    os.utime(source, (500_000_000, 500_000_000))
    browser_packages.collect(project)
    assert (project / "build" / "vendor" / "instrument-serif" / "LICENSE").stat().st_mtime > 1_500_000_000


def test_file_that_a_package_lacks_is_one_sentence_that_names_it(project):
    (project / "node_modules" / "@fontsource" / "instrument-serif" / "LICENSE").unlink()
    with pytest.raises(Problem, match="instrument-serif/LICENSE can't be used: No such file or directory"):
        browser_packages.set_up(no_npm, project)
    assert not browser_packages.is_collected(project)


def test_no_network_is_one_sentence_and_leaves_no_stamp(project, require, monkeypatch):
    """The real npm, asking a port where nothing listens, with nothing kept from before."""
    require("npm")
    npm = browser_packages.find_npm() or pytest.skip("this machine's npm is too old")
    shutil.copy(ROOT / "package.json", project)
    browser_packages.stamp_path(project).unlink()
    for name in [name for name in os.environ if name.lower().startswith("npm_config_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(project / "cache"))
    monkeypatch.setattr(browser_packages, "PATIENCE", ["--fetch-retries=0"])
    with pytest.raises(Problem) as caught:
        browser_packages.set_up(lambda: npm, project)
    assert str(caught.value) == (
        "The browser packages could not be downloaded: connect this machine to the internet and start again."
    )
    assert not browser_packages.is_installed(project)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("npm error code ENOSPC\nnpm error nospc no space left on device", "The disk is full"),
        ("npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", "internet"),
        ("npm ERR! code ENOTFOUND\nnpm ERR! errno ENOTFOUND", "internet"),
        ("npm error code EUSAGE\nnpm error\nnpm error Not in sync.\nnpm error A complete log is in: x", "Not in sync."),
        ("npm ERR! code EINTEGRITY\nnpm ERR! sha512-a failed\n", "could not be installed: sha512-a failed"),
        ("Segmentation fault\n", "could not be installed: Segmentation fault"),
        ("", "no reason was given"),
    ],
)
def test_failures_of_npm_become_sentences(output, words):
    said = browser_packages.explain_npm(output)
    assert words in said
    assert "\n" not in said


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
class TestWhichNpm:
    @pytest.mark.parametrize("version", ["9.2.0", "11.19.1"])
    def test_new_enough_npm_of_the_system_is_taken(self, tmp_path, version):
        path = program(tmp_path / "bin", f"echo {version}")
        assert bootstrap.get_npm(path=path) == f"{path}/npm"

    @pytest.mark.parametrize("line", ["echo 6.14.4", "echo broken", "echo 9.2.0; exit 1"])
    def test_old_or_broken_npm_is_not_taken(self, tmp_path, line):
        assert browser_packages.find_npm(program(tmp_path / "bin", line)) is None

    def test_system_without_npm_uses_the_one_in_the_environment(self, tmp_path):
        """An environment whose stamp says that npm has been installed into it is not asked to do so again."""
        python = bootstrap.venv_python(tmp_path / "venv")
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
        requirements = ROOT / "deploy" / "requirements-npm.txt"
        stamp = bootstrap.stamp_path(requirements, tmp_path / "venv")
        stamp.write_text(bootstrap.digest(requirements))
        found = bootstrap.get_npm(tmp_path / "venv", path=str(tmp_path))
        assert found == str(tmp_path / "venv" / "bin" / "npm")


def test_packages_are_pinned_to_exact_versions():
    packages = json.loads((ROOT / "package.json").read_text())
    assert packages["private"] is True
    assert packages["dependencies"].keys() - {"esbuild"} == browser_packages.FILES.keys()
    versions = [*packages["dependencies"].values(), *packages["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)


def test_lock_file_has_a_digest_for_each_package_and_names_no_host():
    text = (ROOT / "package-lock.json").read_text()
    locked = json.loads(text)["packages"]
    for name, package in locked.items():
        assert "://" not in package.get("resolved", ""), name
        assert not name or package["integrity"].startswith("sha512-"), name
    assert "registry" not in text


def test_npm_is_configured_to_write_no_host(require, tmp_path):
    """Updating the packages writes a lock file without hosts, whatever the user's own settings say."""
    done = subprocess.run(
        [require("npm"), "config", "get", "omit-lockfile-registry-resolved"],
        cwd=ROOT,
        env={**os.environ, "npm_config_userconfig": str(tmp_path / "none")},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "true"


def test_every_used_file_is_there_after_the_set_up():
    """`make test` has installed and collected them; `make setup-dev` does so by itself."""
    assert browser_packages.is_collected(), "run `make setup-dev` first"
    for name in browser_packages.wanted():
        assert finders.find(f"vendor/{name}"), name


def test_pages_use_the_files_that_are_collected_and_no_others():
    sheets = "".join(sheet.read_text() for sheet in SHEETS)
    faces = set(re.findall(r'url\("\.\./\.\./vendor/([^"]+)"\)', sheets))
    assert faces == {name for name in browser_packages.wanted() if name.endswith(".woff2")}


def test_files_of_a_package_lose_its_folder_of_built_files():
    assert browser_packages.wanted()["tus-js-client/tus.min.js"] == "tus-js-client/dist/tus.min.js"
    assert browser_packages.wanted()["media-chrome/LICENSE"] == "media-chrome/LICENSE"


@pytest.mark.django_db
def test_pages_ask_for_the_two_faces_of_every_page_at_once(client):
    page = client.get("/search/").content.decode()
    kind = 'as="font" type="font/woff2" crossorigin'
    early = re.findall(rf'<link rel="preload" href="/static/vendor/([^"]+)" {kind}>', page)
    assert early == [
        "instrument-sans/instrument-sans-latin-wght-normal.woff2",
        "instrument-serif/instrument-serif-latin-400-normal.woff2",
    ]
    assert set(early) < set(browser_packages.wanted())


@pytest.mark.django_db
def test_page_is_drawn_though_the_files_are_missing(client, settings):
    """A start without the set-up shows pages in a font of the system."""
    settings.STATICFILES_DIRS = []
    finders.get_finder.cache_clear()
    try:
        assert finders.find("vendor/instrument-serif/LICENSE") is None
        assert client.get("/search/").status_code == 200
    finally:
        finders.get_finder.cache_clear()
