"""The database and the library of `make scale` go to SQLite and to a bucket and come back, with equal digests."""

import hashlib
from urllib.parse import urlsplit

import pytest

from tests.s3_servers import new_bucket

pytestmark = pytest.mark.soak

TABLES = ("videopage", "videofile", "rendition", "texttrack", "videoaccesssession", "processingjob")


def digests_of(site, database=""):
    """The number of rows and a digest of each of TABLES, in the database of the set-up or another one there."""
    import psycopg

    address = urlsplit(site.state["postgresql"]["url"])
    url = address._replace(path=f"/{database}").geturl() if database else address.geturl()
    found = {}
    with psycopg.connect(url) as connection:
        for table in TABLES:
            query = f"SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM video_pages_{table} row"  # noqa: S608
            found[table] = connection.execute(query).fetchone()
    return found


def test_the_database_goes_to_sqlite_and_back(site, film, visitor, tmp_path):
    own = site.state["postgresql"]["url"]
    on_disk = f"sqlite:///{tmp_path}/copy.sqlite3"
    back = urlsplit(own)._replace(path="/copied_back").geturl()
    site.rows("DROP DATABASE IF EXISTS copied_back")
    site.rows("CREATE DATABASE copied_back")
    before = digests_of(site)
    assert before["videopage"][0] >= 1 and before["videoaccesssession"][0] >= 1
    for target in (on_disk, back):
        site.manage("migrate", "--noinput", DATABASE_URL=target)
    for source, target in ((own, on_disk), (on_disk, back)):
        assert "same digests" in site.manage("copy_database", "--from", source, "--to", target)
    assert digests_of(site, "copied_back") == before == digests_of(site)
    assert visitor.watch(film) == 206
    site.rows("DROP DATABASE copied_back")


def files_below(folder):
    """{name: SHA-256} of the files of a library."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in ("tmp", "work")
    }


def test_the_library_goes_to_a_bucket_and_back(site, film, visitor, gateway, tmp_path):
    bucket = {name: value for name, value in new_bucket(gateway).items() if value and name != "LIBRARY_STORAGE"}
    bucket["S3_ADDRESSING"] = "path"
    library = site.data_dir / "media" / "protected"
    before = files_below(library)
    assert "equal digests" in site.manage("move_library", "--to", "s3", **bucket)
    in_bucket = {**bucket, "LIBRARY_STORAGE": "s3"}
    assert "in order" in site.manage("check_library", "--digests", **in_bucket)
    assert "equal digests" in site.manage("move_library", "--to", "files", **in_bucket, DATA_DIR=tmp_path / "back")
    assert files_below(tmp_path / "back" / "media" / "protected") == before == files_below(library)
    assert visitor.watch(film) == 206
