"""The manifest of static files serves two versions of the site at the same time."""

import pytest

from site_config.static import ManifestStorage


def collected(root, files):
    """Do what `collectstatic` of a version with `files` does in `root`; return the storage of a server that starts."""
    for name, content in files.items():
        (root / name).write_text(content)
    storage = ManifestStorage(location=root, base_url="/static/")
    list(storage.post_process({name: (storage, name) for name in files}))
    return ManifestStorage(location=root, base_url="/static/")


@pytest.fixture
def root(tmp_path, settings):
    settings.DEBUG = False  # otherwise names are not hashed
    return tmp_path


def test_a_server_of_the_version_before_that_starts_later_finds_its_files(root):
    before = collected(root, {"page.js": "1", "chunk-ONE.js": "1"}).url("chunk-ONE.js")
    server = collected(root, {"page.js": "2", "chunk-TWO.js": "2"})
    assert server.url("chunk-ONE.js") == before and (root / before.removeprefix("/static/")).read_text() == "1"
    assert (root / server.url("page.js").removeprefix("/static/")).read_text() == "2"
    # After the rollback the version before collects its files again.
    server = collected(root, {"page.js": "1", "chunk-ONE.js": "1"})
    assert (root / server.url("page.js").removeprefix("/static/")).read_text() == "1"
    assert server.url("chunk-TWO.js")


def test_a_name_whose_file_was_removed_is_forgotten(root):
    before = collected(root, {"page.js": "1", "chunk-ONE.js": "1"}).url("chunk-ONE.js")
    (root / before.removeprefix("/static/")).unlink()
    server = collected(root, {"page.js": "2"})
    with pytest.raises(ValueError, match="Missing staticfiles manifest entry"):
        server.url("chunk-ONE.js")
