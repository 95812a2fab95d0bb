"""A rolling upgrade: servers of the newest release write to the database that this version has migrated."""

import shutil
import subprocess
import sys
import tarfile

import pytest

from tests import clips
from tests.delivery.raw_http import Address
from tests.engines import free_port
from tests.scale.site import PASSWORD, ROOT, own_environment
from tests.waiting import wait_for


def newest_release():
    """Return the newest tag `v…` of this repository; skips the test if there is none."""
    command = ["git", "tag", "--list", "v[0-9]*", "--sort=-version:refname"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no checkout of the repository, so there is no earlier release")
    if not listed.stdout.split():
        pytest.skip("there is no release yet: the test begins with the first tag v…")
    return listed.stdout.split()[0]


@pytest.fixture
def release(tmp_path, require):
    """The folder with the files of the newest release, and what set-up makes, from this version."""
    require("git")
    folder, archive = tmp_path / "release", tmp_path / "release.tar"
    subprocess.run(["git", "archive", "--output", archive, newest_release()], cwd=ROOT, check=True)
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    shutil.copytree(ROOT / "build", folder / "build")
    return folder


@pytest.fixture
def run(tmp_path):
    """A function: `run(folder, *arguments)` runs manage.py of the version in `folder` on one site."""
    environment = {
        **own_environment(),
        "DJANGO_SETTINGS_MODULE": "site_config.settings.dev",
        "ENV_FILE": "-",
        "DATA_DIR": str(tmp_path / "data"),
        "FILM": PASSWORD,
        "WEB_WORKERS": "1",
        "WEB_THREADS": "8",
    }

    def manage(folder, *arguments):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage.environment = environment
    return manage


def add_video(run, folder, clip):
    run(folder, "import_videos", clip, "--make-section", "/videos/", "--publish", "--password-env", "FILM")
    run(folder, "process_videos", "--until-idle")


@pytest.mark.soak
def test_the_release_before_works_on_the_database_of_this_version(release, run):
    run(ROOT, "migrate", "--noinput")
    run(ROOT, "collectstatic", "--noinput")
    add_video(run, ROOT, clips.mp4(seconds=2))
    # The server of the release before, and its worker.
    add_video(run, release, clips.mp4(seconds=3))
    run(release, "purge_access_sessions")
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "site_config.wsgi"]
    environment = {**run.environment, "PORT": str(port)}
    server = subprocess.Popen(command, cwd=release, env=environment, stderr=subprocess.DEVNULL)
    try:
        site = Address(port)

        def is_ready():
            try:
                return site.ask("/healthz/ready").status == 200
            except OSError:
                return False

        wait_for(is_ready)
        page = site.ask("/videos/")
        assert page.status == 200 and page.body.count(b"video-card") >= 2
    finally:
        server.terminate()
        server.wait(30)
    # And this version reads what the other one wrote.
    states = run(ROOT, "video_status").splitlines()
    assert len(states) == 2 and all(line.startswith("ready") for line in states), states
