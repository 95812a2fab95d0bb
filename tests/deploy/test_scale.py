"""`make scale` before it starts anything: missing servers, ports, files, the configuration of nginx.

`tests/scale/` has the running set-up.
"""

import stat
import subprocess
import sys

import pytest

from deploy.bootstrap import ROOT
from deploy.problems import Problem
from deploy.scale import environment, nginx, postgresql, redis, s3
from deploy.scale.places import Places, choose_ports, places_for
from deploy.scale.servers import find_servers


@pytest.fixture
def places(tmp_path):
    made = Places(tmp_path)
    made.make()
    return made


@pytest.fixture
def versions(tmp_path):
    """The directory of Debian's versions of PostgreSQL, with 9.6, 15 and 17."""
    for version in ("9.6", "15", "17"):
        program = tmp_path / "versions" / version / "bin" / "postgres"
        program.parent.mkdir(parents=True)
        program.touch()
    return tmp_path / "versions"


def test_missing_servers_are_one_sentence_with_their_packages(tmp_path):
    has_openssl = {"openssl": "/usr/bin/openssl"}.get
    with pytest.raises(Problem) as refused:
        find_servers(find=has_openssl, versions=tmp_path)
    assert "nginx, redis-server, postgres is missing" in str(refused.value)
    assert "apt install --no-install-recommends nginx-light redis-server postgresql)" in str(refused.value)


def test_a_machine_without_servers_starts_nothing(tmp_path):
    """The whole command, with a PATH that has no server."""
    variables = {"PATH": str(tmp_path), "DATA_DIR": str(tmp_path / "data"), "ENV_FILE": "-"}
    script = (
        "import sys, pathlib; from deploy.scale import servers; servers.MORE_PLACES = ''; "
        f"servers.find_servers.__defaults__ = ('', servers.which, pathlib.Path({str(tmp_path)!r})); "
        "from deploy.scale.__main__ import main; sys.exit(main([]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Screening Room: make scale starts nginx") and done.stderr.count("\n") == 1


def test_the_newest_postgresql_makes_a_cluster_and_an_existing_one_keeps_its_own(versions):
    find = {"nginx": "/nginx", "redis-server": "/redis", "openssl": "/openssl"}.get
    assert find_servers(find=find, versions=versions).postgresql == versions / "17" / "bin"
    assert find_servers("15", find=find, versions=versions).postgresql == versions / "15" / "bin"
    with pytest.raises(Problem, match="postgresql-16"):
        find_servers("16", find=find, versions=versions)


def test_the_directory_of_a_site_on_sqlite_is_refused(tmp_path):
    assert places_for({"DATA_DIR": str(tmp_path)}).data_dir == tmp_path
    (tmp_path / "db.sqlite3").touch()
    with pytest.raises(Problem, match="has a site on SQLite"):
        places_for({"DATA_DIR": str(tmp_path)})


def test_ports_differ_and_a_wanted_one_is_taken():
    wanted = choose_ports(None).https
    ports = choose_ports(wanted)
    assert ports.https == wanted
    others = {ports.http, *ports.web, ports.postgresql, ports.redis, ports.s3, ports.s3_https}
    assert len({ports.https, *others}) == 8


@pytest.mark.parametrize("variables", [{}, {"LIBRARY_STORAGE": "s3"}, {"DELIVERY": "stream"}], ids=str)
def test_every_line_to_edit_of_the_configuration_of_nginx_is_edited(places, require, variables):
    ports = choose_ports(None)
    nginx.make_certificate(places, require("openssl"))
    nginx.write_configuration(places, ports, environment.site_variables(variables, places, ports))
    text = (places.own / "nginx" / "screening-room.conf").read_text()
    assert not nginx.EDIT.search(text)
    assert all(f"server 127.0.0.1:{port} " in text for port in ports.web)
    assert (f"server 127.0.0.1:{ports.s3};" in text) == (variables == {"LIBRARY_STORAGE": "s3"})
    tested = subprocess.run([*nginx.command(require("nginx"), places), "-t"], capture_output=True, text=True)
    assert (tested.returncode, "warn" in tested.stderr) == (0, False), tested.stderr


def test_the_site_gets_the_variables_of_the_set_up_and_keeps_the_others(places):
    ports = choose_ports(None)
    given = {
        "DATABASE_URL": "sqlite:///other",
        "TIME_ZONE": "Europe/Berlin",
        "HOME": "/",
        "WEB_THREADS": "8",
        "PORT": "1",
    }
    site = environment.site_variables(given, places, ports)
    assert site["DATABASE_URL"].startswith("postgres://screening:") and f":{ports.postgresql}/" in site["DATABASE_URL"]
    assert (site["TIME_ZONE"], site["WEB_THREADS"], site.get("HOME")) == ("Europe/Berlin", "8", None)
    process = environment.process_environment(site, ports.web[1])
    assert (process["PORT"], process["ENV_FILE"]) == (str(ports.web[1]), "-")
    assert "PORT" not in environment.process_environment(site)


def test_a_library_in_a_bucket_gets_a_server_unless_the_operator_has_one(places):
    ports = choose_ports(None)
    own = environment.site_variables({"LIBRARY_STORAGE": "s3"}, places, ports)
    assert own["S3_ENDPOINT_URL"] == f"http://127.0.0.1:{ports.s3}"
    assert own["DELIVERY"] == "nginx"
    given = {"LIBRARY_STORAGE": "s3", "S3_ENDPOINT_URL": "https://s3.example.org", "S3_BUCKET": "films"}
    assert environment.site_variables(given, places, ports)["S3_ENDPOINT_URL"] == "https://s3.example.org"
    assert not s3.is_wanted(given) and not s3.is_wanted({})


def test_only_the_owner_reads_the_secrets(places):
    redis.write_configuration(places, 6379)
    environment.write_file({"SECRET_KEY": "key", "ADMIN_PASSWORD": "typed"}, places.environment)
    files = [places.own / "redis" / "redis.conf", places.environment, places.own / "redis-password"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600] * 3
    assert "typed" not in places.environment.read_text()
    assert postgresql.password_of(places) == postgresql.password_of(places) != redis.password_of(places)
