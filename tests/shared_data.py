"""Rows and files that the tests of a module share: made once, in a transaction around the transactions of the tests.

A test rolls its changes back to these rows, and gets copies of the objects:

    own_media_roots = shared_data.media_of_module

    @pytest.fixture(scope="module")
    def made(own_media_roots, django_db_setup, django_db_blocker):
        with shared_data.rows(django_db_blocker):
            yield make_film()

    @pytest.fixture
    def film(db, made):
        return copy.deepcopy(made)
"""

import contextlib
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test.signals import setting_changed


@contextlib.contextmanager
def rows(blocker):
    """Keep the rows that are made in the block until it ends; `blocker` is the fixture `django_db_blocker`."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def media_below(root):
    """Have public and protected media below `root` (Path) while the block lasts; they are removed at its end."""
    before = settings.MEDIA_ROOT, settings.PROTECTED_ROOT, settings.FILE_UPLOAD_TEMP_DIR
    _set_roots(root / "public", root / "protected", root / "protected" / "tmp")
    yield root
    _set_roots(*before)
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def media_of_module(tmp_path_factory):
    """Public and protected media of a module, in the same directories for all its tests: its `own_media_roots`."""
    with media_below(tmp_path_factory.mktemp("media")) as root:
        yield root


@pytest.fixture(scope="class", autouse=True)
def media_of_run():
    """Public and protected media in the directories of the whole run, which a server knows too: `own_media_roots`."""
    yield settings.DATA_DIR / "media"


def _set_roots(public, protected, temporary):
    for name, value in (
        ("MEDIA_ROOT", public),
        ("PROTECTED_ROOT", protected),
        ("FILE_UPLOAD_TEMP_DIR", temporary),
    ):
        Path(value).mkdir(parents=True, exist_ok=True)
        setattr(settings, name, value)
        # The storages keep their directory until they hear that the setting changed.
        setting_changed.send(sender=None, setting=name, value=value, enter=True)
