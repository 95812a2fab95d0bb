"""Fixtures for every room: tools that may be missing, clean caches and media, child processes."""

import gc
import os
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from deploy import bundles, compile_catalogues
from site_config.environment import env
from tests import database, engines, factories, run_start, scheduling, shared_data
from tests.cheap_data import (  # noqa: F401  fixtures of every test
    children_run_once,
    contexts_of_whole_templates,
    few_frames,
    first_rows,
    forgotten_index_updates,
    indexed_at_once,
    indexes_on_demand,
)
from tests.programs import find
from tests.s3_servers import (  # noqa: F401  fixtures of object storage
    gateway,
    gateway_bucket,
    gateway_site,
    models_read_once,
    s3_server,
    s3_site,
)
from tests.usual_rows import admin, editor, mail_server, video  # noqa: F401
from video_pages.models import VideoIndexPage
from video_pages.transcoding import sandbox

# Names that tell that a test starts servers or other processes, and that one in the room `transcoding` has films made.
PROCESS_FIXTURES = {"child_environment", "require"}
PROCESS_NAMES = {"subprocess", "environment_of_children"}
CLIP_MODULES = {"clips", "audio_clips", "hls_clips", "hostile"}


def pytest_addoption(parser):
    """Add the option of `make references`."""
    parser.addoption("--accept-pictures", action="store_true", help="make drawn screens the references")


def pytest_sessionstart(session):
    """Compile the catalogues that have changed, as set-up does: a run of pytest alone has no set-up before it."""
    compile_catalogues.main()
    run_start.begin(session.config)


def pytest_itemcollected(item):
    """Mark what `make test-fast` leaves out, by what a test needs: its fixtures, and what its module imports."""
    if PROCESS_FIXTURES.intersection(item.fixturenames) or PROCESS_NAMES.intersection(vars(item.module)):
        item.add_marker("processes")
    is_about_encoding = "transcoding" in item.path.parts and CLIP_MODULES.intersection(vars(item.module))
    if is_about_encoding or "watching" in vars(item.module):
        item.add_marker("encoding")
    if os.environ.get("CI") and item.get_closest_marker("browser"):
        # A page that took too long on a busy machine is tried twice more, and the summary names it as a rerun.
        item.add_marker(pytest.mark.flaky(reruns=2))


def pytest_collection_finish():
    """Keep the garbage collector from walking through Django and Wagtail for every few objects of a test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_sessionfinish():
    """Collect the garbage of the tests while there is time for it.

    pytest collects it again in the end. By then pytest-xdist waits for this process, and interrupts it after 5 s: on a
    busy machine the KeyboardInterrupt was raised in that collection.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Have the first rows of the migrations put back after each test that commits, and put the tests in their order.

    Within a module, those that commit come last: pytest-django sorts them so, and rows that a module shares are gone.
    """
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            mark.kwargs["serialized_rollback"] = True
    items[:] = scheduling.in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Share the tests between processes so that some wait while others compute."""
    return scheduling.FromBothEnds(config, log)


@pytest.fixture(scope="session")
def require():
    """A function: `require("nginx")` returns the program's path, or skips the test if it is missing.

    With REQUIRE_ALL=1 a missing program fails the test instead: then nothing is left out unnoticed.
    """
    must_have = env.read(os.environ).REQUIRE_ALL

    def require_tool(tool):
        path = find(tool)
        if path is None and must_have:
            pytest.fail(f"{tool} is not installed, and REQUIRE_ALL is set")
        if path is None:
            pytest.skip(f"{tool} is not installed")
        return path

    return require_tool


@pytest.fixture(scope="session")
def bundled():
    """The folder of the bundles of the present sources, which the static files include."""
    folder = Path(dict(settings.STATICFILES_DIRS)["bundles"])
    folder.parent.mkdir(parents=True, exist_ok=True)
    bundles.set_up(target=folder)
    return folder


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings):
    """On SQLite, start from a copy of a migrated database; whether pytest-django keeps what it finds."""
    name = connection.settings_dict["TEST"]["NAME"]
    if connection.vendor != "sqlite" or not name or request.config.getvalue("create_db"):
        return request.config.getvalue("reuse_db")
    database.copy_migrated(Path(name))
    return True


@pytest.fixture
def postgresql(require):
    """A PostgreSQL server of our own (`tests.engines.Postgresql`), gone after the test."""
    with database.postgresql(require("initdb"), require("pg_ctl")) as server:
        yield server


@pytest.fixture
def redis(require):
    """A Redis server of our own (`tests.engines.Server`), gone after the test."""
    with engines.redis(require("redis-server")) as server:
        yield server


@pytest.fixture
def full_disk(tmp_path):
    """A directory on a small file system of its own without any room left; skips the test where none can be mounted."""
    with engines.small_disk(tmp_path / "disk") as directory:
        engines.fill(directory)
        yield directory


@pytest.fixture(autouse=True, scope="session")
def transactions_keep_their_connection():
    """Keep Django from closing the connection in whose transaction a test runs.

    The test client disconnects `close_old_connections` for each request and connects it again; a response of an earlier
    test that is collected at that moment connects it too early, and the test finds its database closed.
    """
    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            BaseDatabaseWrapper,
            "close_if_unusable_or_obsolete",
            lambda self: None if self.in_atomic_block else close(self),
        )
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    """Wagtail caches the site's root paths; a rolled-back database must not leave them behind."""
    yield
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def language_of_the_site():
    """A request leaves its visitor's language behind in the thread: the next test begins without it."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def children_may_start():
    """A worker that has stopped starts no program any more; the process of the tests goes on."""
    yield
    sandbox.allow_children()


@pytest.fixture(autouse=True)
def no_library_identity():
    """A worker gives the run's library an identity; after the rollback of its row it would be another's."""
    yield
    for root in (settings.PROTECTED_ROOT, settings.DATA_DIR / "media" / "protected"):
        (Path(root) / "library-identity").unlink(missing_ok=True)


@pytest.fixture(scope="class", autouse=True)
def own_media_roots(tmp_path_factory):
    """Public and protected media of each test class (or each test function) in directories of their own."""
    with shared_data.media_below(tmp_path_factory.mktemp("media")) as root:
        yield root


@pytest.fixture
def library_root(settings, tmp_path):
    """The directory of a new, empty library of the test's own."""
    settings.PROTECTED_ROOT = tmp_path / "protected"
    settings.PROTECTED_ROOT.mkdir()
    return settings.PROTECTED_ROOT


@pytest.fixture
def top(db):
    """The section that everyone finds, at /videos/."""
    section = VideoIndexPage(title="Everything", slug="videos")
    factories.get_home().add_child(instance=section)
    return section


@pytest.fixture
def child_environment():
    """The environment for a process that works on the test's own database (use a transactional test).

    `manage.py` commands started with it see the same rows and the same test settings.
    """
    return environment_of_children()


def environment_of_children():
    """See `child_environment`; for fixtures that outlive one test."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{config['NAME']}"
    else:
        url = (
            f"postgres://{config['USER']}:{config['PASSWORD']}@{config['HOST'] or 'localhost'}"
            f":{config['PORT'] or 5432}/{config['NAME']}"
        )
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
        "TEST_DATABASE_URL": url,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
