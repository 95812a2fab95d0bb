"""deploy/Dockerfile and deploy/compose.yml without Docker: a linter, the variables, nginx, and the steps run here."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from deploy import bucket, containers
from deploy.problems import Problem
from deploy.scale import nginx
from site_config.environment import env
from site_config.environment.variables import VARIABLES
from tests.engines import free_port

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE, COMPOSE = ROOT / "deploy" / "Dockerfile", ROOT / "deploy" / "compose.yml"
MADE = {"build", ".env", "locale"}
"""What the steps of the image make, and what a site may have or not."""
NOT_FOR_CONTAINERS = {"ADMIN_PASSWORD", "DEMO", "DEBUG", "TEST_DATABASE_URL", "REQUIRE_ALL"}
"""Of `make run`, refused in production, and of the tests."""
OF_COMPOSE = {
    "BASE_URL", "DATABASE_URL", "CACHE_URL", "SESSION_ENGINE", "TASKS", "CELERY_BROKER_URL", "SECURE_PROXY",
    "HOST_NAME",
}  # fmt: skip
"""What compose.yml itself decides."""
VALUES = {"HOST_NAME": "videos.example.org", "GATE_SECRET": "made up", "DATA_DIR": "/data"}


def instructions():
    """Yield (name, rest) of each instruction of the Dockerfile, with continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", DOCKERFILE.read_text())
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            yield name, rest


def copied():
    """Return the names that the image has of the project's folder."""
    return [
        word for name, rest in instructions() if name == "COPY" and "--from" not in rest for word in rest.split()[:-1]
    ]


def copy_of_the_image(folder):
    """Copy to `folder` what the image has of the project, and what its steps make, without the packages."""
    folder.mkdir()
    for name in [*copied(), "build"]:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def environment_of_prepare(folder, **changes):
    """Return the variables of the image and of compose.yml, for data in `folder`."""
    given = dict(
        re.findall(r"(\w+)=(\S+)", next(rest for name, rest in instructions() if name == "ENV" and "DATA_DIR" in rest))
    )
    (folder / "data").mkdir(exist_ok=True)
    return {
        **given,
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder / "data"),
        "SECRET_KEY": "made-up-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
        "ALLOWED_HOSTS": "videos.example.org",
        "BASE_URL": "https://videos.example.org",
        "HOST_NAME": "videos.example.org",
        "GATE_SECRET": "made-up-0123456789abcdefghijklmnopqrstuvwxyz",
        "DELIVERY": "nginx",
        **changes,
    }


def prepared(folder, **changes):
    """Run the command of the service `prepare` with data in `folder`; return the ended process."""
    environment = environment_of_prepare(folder, **changes)
    command = [sys.executable, "-m", "deploy.containers", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_linter_finds_no_fault_in_the_dockerfile(require):
    done = subprocess.run([require("hadolint"), str(DOCKERFILE)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout


def test_the_image_runs_as_a_user_without_rights_and_checks_its_health():
    found = dict(instructions())  # the last of each name: the final stage
    assert found["USER"] == "10001:10001"
    assert "HEALTHCHECK" in found and found["VOLUME"] == "/data"


def test_what_the_image_copies_is_in_the_context_and_the_rest_is_not():
    allowed = {
        line[1:] for line in (ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert {re.sub(r"^(requirements.*)\.(in|txt)$", r"requirements*.\2", word) for word in copied()} == allowed
    assert not allowed & {".env", "media", "db.sqlite3", ".secret-key", ".git"}


def test_files_that_the_site_reads_at_run_time_are_in_the_image():
    read = {
        name.partition("/")[0]
        for package in ("home", "site_config", "video_pages")
        for path in (ROOT / package).rglob("*.py")
        for name in re.findall(r'\b(?:PROJECT_ROOT|BASE_DIR|ROOT)\b\)?\s*/\s*"([^"]+)"', path.read_text())
    }
    assert "templates" in read and read <= {*copied(), *MADE}, read - {*copied(), *MADE}


def test_settings_and_checks_need_no_other_file_than_the_image_has(tmp_path):
    site = copy_of_the_image(tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        cwd=site,
        env={**environment_of_prepare(tmp_path), "PYTHONPATH": str(site), "SENTRY_DSN": "http://key@127.0.0.1:9/1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_each_volume_that_the_site_writes_has_a_folder_of_its_user_in_the_image(services):
    made = re.search(r"install --directory --owner=site --group=site \S+ ([^&]+)", dict(instructions())["RUN"])
    owned = set(made[1].split())
    for name, service in services.items():
        for volume in service.get("volumes", []) if service["image"] == "screening-room" else []:
            assert volume.partition(":")[2] in owned, (name, volume)


def test_no_other_image_fills_a_volume_of_the_site(services):
    ours = {one.partition(":")[0] for one in services["prepare"]["volumes"]}
    for name, service in services.items():
        for volume in service.get("volumes", []) if service["image"] != "screening-room" else []:
            if isinstance(volume, dict):
                assert volume["volume"]["nocopy"] and volume["read_only"], name
            else:
                # The image of nginx has no /data.
                assert volume.partition(":")[0] not in ours or volume == "data:/data:ro", (name, volume)


def test_every_documented_setting_reaches_the_containers(services):
    """A setting that compose.yml did not name would stand in compose.env without any effect."""
    documented = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    image = next(rest for name, rest in instructions() if name == "ENV" and "DATA_DIR" in rest)
    fixed = set(re.findall(r"(\w+)=\S+", image))
    assert documented > {"SECRET_KEY_FALLBACKS", "TIME_ZONE"}
    for name in ("prepare", "web-1", "web-2", "worker-1", "worker-2"):
        given = services[name]["environment"]
        assert documented - set(given) == (fixed & documented) | NOT_FOR_CONTAINERS, name
        for setting in set(given) - OF_COMPOSE:
            assert re.match(rf"\$\{{{setting}[}}:-]", str(given[setting])), f"{setting} is not that of compose.env"


def test_an_empty_setting_of_compose_env_is_the_default_of_the_site(services):
    given = services["web-1"]["environment"]
    empty = {name: "" for name, value in given.items() if value == f"${{{name}:-}}"}
    assert len(empty) > 40 and env.read(empty) == env.read({})


def test_compose_passes_an_empty_address_of_object_storage(services):
    given = services["web-1"]["environment"]
    assert given["S3_ENDPOINT_URL"] == "${S3_ENDPOINT_URL-http://s3:9000}"  # ":-" would replace an empty one, too
    assert services["prepare"]["depends_on"]["s3"] == {"condition": "service_healthy", "required": False}


@pytest.mark.parametrize(
    "changes",
    [
        {"S3_ENDPOINT_URL": "", "S3_REGION": "us-east-1"},
        {"S3_ENDPOINT_URL": "", "S3_REGION": "eu-central-1"},
        {"S3_ENDPOINT_URL": "", "S3_REGION": "eu-central-1", "S3_ADDRESSING": "path"},
        {"S3_ENDPOINT_URL": "http://s3:9000"},
        {"S3_ENDPOINT_URL": "https://s3.example.org", "S3_ADDRESSING": "virtual"},
    ],
    ids=str,
)
def test_nginx_asks_the_host_that_the_site_signs_for(settings, changes):
    client = pytest.importorskip("video_pages.library.s3.client")
    values = {"S3_BUCKET": "films", "S3_REGION": "us-east-1", "S3_ADDRESSING": "auto", **changes}
    for name, value in {**values, "S3_ACCESS_KEY_ID": "key", "S3_SECRET_ACCESS_KEY": "secret"}.items():
        setattr(settings, name, value)
    signed = client.make_client(settings.S3_ENDPOINT_URL).generate_presigned_url(
        "get_object", Params={"Bucket": "films", "Key": "x"}
    )
    scheme, _, rest = signed.partition("://")
    assert nginx.bucket_address(values) == f"{scheme}://{rest.partition('/')[0]}"


def test_settings_that_do_not_fit_end_the_preparation_before_the_database(tmp_path):
    done = prepared(tmp_path, LIBRARY_STORAGE="s3", S3_ENDPOINT_URL="http://127.0.0.1:9", S3_BUCKET="")
    assert done.returncode == 1 and "E030" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("data/*.sqlite3"))


def test_a_bucket_that_does_not_answer_ends_the_preparation_before_the_database(tmp_path):
    key = {"S3_ACCESS_KEY_ID": "key", "S3_SECRET_ACCESS_KEY": "made-up-secret"}
    store = {"LIBRARY_STORAGE": "s3", "S3_ENDPOINT_URL": "http://127.0.0.1:9", "S3_BUCKET": "films"}
    done = prepared(tmp_path, **store, **key)
    assert done.returncode == 1 and "No S3 server answers" in done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.glob("data/*.sqlite3"))


def test_the_bucket_is_made_once(s3_site, settings):
    from video_pages.library.s3.client import internal_client

    settings.S3_BUCKET = f"{settings.S3_BUCKET}-new"
    for _time in range(2):
        bucket.make_bucket(settings.S3_BUCKET)
        internal_client().put_object(Bucket=settings.S3_BUCKET, Key="kept", Body=b"x")
    assert internal_client().list_objects_v2(Bucket=settings.S3_BUCKET)["KeyCount"] == 1


def test_a_bucket_that_may_not_be_made_is_one_sentence(s3_site):
    with pytest.raises(Problem, match="The bucket NO can't be used: "):
        bucket.make_bucket("NO")


def test_compose_has_the_servers_and_each_part_of_the_site_is_confined(services):
    assert set(services) == {
        "prepare", "web-1", "web-2", "worker-1", "worker-2", "nginx", "postgres", "redis", "s3",
    }  # fmt: skip
    for name in set(services) - {"postgres"}:
        service = services[name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert {name for name, service in services.items() if "ports" in service} == {"nginx"}
    images = [service["image"] for service in services.values()]
    assert not [
        image for image in images if image.endswith(":latest") or (":" not in image and image != "screening-room")
    ]


def test_compose_sets_variables_that_the_site_has(services):
    known = {variable.name for variable in VARIABLES}
    for name in ("web-1", "web-2", "worker-1", "worker-2"):
        assert set(services[name]["environment"]) <= known, name
    assert set(services["prepare"]["environment"]) - known == {"HOST_NAME"}
    secrets = ("SECRET_KEY", "GATE_SECRET")
    assert all(":?" in services["web-1"]["environment"][name] for name in secrets)


@pytest.mark.parametrize(
    ("store", "address"),
    [({}, ""), ({"S3_ENDPOINT_URL": "http://s3:9000"}, "")]
    + [({"LIBRARY_STORAGE": "s3", "S3_ENDPOINT_URL": address}, address) for address in ("http://s3:9000", "https://x")],
    ids=str,
)
def test_nginx_of_the_containers_accepts_its_configuration(services, tmp_path, require, store, address):
    text = nginx.rendered(containers.edits_for({**VALUES, **store}))
    assert f"default {'bucket' if address else 'files'};" in text
    assert not address or f"proxy_pass {address.split(':')[0]}://screening_room_bucket;" in text
    for server in containers.WEB_SERVERS:
        assert server.split(":")[0] in services and f"server {server} " in text
    (tmp_path / "nginx").mkdir()
    tls = tmp_path / "nginx" / "tls"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    tls.mkdir()
    command += ["-subj", "/CN=x", "-keyout", str(tls / "privkey.pem"), "-out", str(tls / "fullchain.pem")]
    subprocess.run(command, check=True, capture_output=True)
    # The paths and names of containers, as this machine has them.
    here = text.replace(containers.TLS, str(tls)).replace("/run/screening-room", f"{tmp_path}/verdicts")
    here = here.replace(nginx.AUTHORITIES, str(tls / "fullchain.pem"))
    here = here.replace("/tmp/slices", f"{tmp_path}/slices")  # noqa: S108
    here = re.sub(r"server (?:web-\d|s3|x):", "server 127.0.0.1:", here)
    # nginx 1.27.3, which follows names, is in the image and hardly on this machine.
    assert here.count(f"resolver {containers.RESOLVER} ") == 1 + bool(address) and " resolve;" in here
    here = here.replace(f"resolver {containers.RESOLVER} valid=5s ipv6=off; ", "").replace(" resolve;", ";")
    (tmp_path / "nginx" / "screening-room.conf").write_text(here)
    main = tmp_path / "nginx" / "nginx.conf"
    main.write_text(nginx.MAIN.format(user="root", folder=tmp_path / "nginx", more=""))
    done = subprocess.run(
        [require("nginx"), "-t", "-c", str(main), "-e", "stderr"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_missing_variable_is_one_sentence():
    with pytest.raises(Problem, match="GATE_SECRET must be set"):
        containers.edits_for({**VALUES, "GATE_SECRET": ""})


@pytest.mark.soak
def test_the_steps_of_the_dockerfile_make_a_site_that_answers(tmp_path):
    """Its COPY and RUN lines in a plain folder, then its CMD on a read-only copy, until its HEALTHCHECK is content."""
    site, data = tmp_path / "site", tmp_path / "data"
    site.mkdir()
    stages = 0
    for name, rest in instructions():
        stages += name == "FROM"
        if stages == 1 and name == "COPY":
            *sources, target = rest.split()
            for source in [path for word in sources for path in ROOT.glob(word)]:
                if source.is_dir():
                    shutil.copytree(source, site / target, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, site / target)
        elif stages == 1 and name == "RUN":
            run = rest.replace("python -m", f"{sys.executable} -m", 1) if rest.startswith("python") else rest
            done = subprocess.run(["bash", "-ec", run], cwd=site, capture_output=True, text=True, timeout=900)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert not (site / "node_modules").exists()
    port = free_port()
    environment = environment_of_prepare(tmp_path, PATH=f"{site}/.venv/bin:{os.environ['PATH']}", PORT=str(port))
    subprocess.run(["chmod", "-R", "a-w", str(site)], check=True)
    prepare = [str(site / ".venv/bin/python"), "-m", "deploy.containers", str(data)]
    done = subprocess.run(prepare, cwd=site, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = dict(instructions())
    server = subprocess.Popen(json.loads(found["CMD"]), cwd=site, env=environment, stderr=subprocess.DEVNULL)
    check = shlex.join(json.loads(found["HEALTHCHECK"].partition("CMD ")[2])).replace(":8000", f":{port}")
    try:
        deadline = time.monotonic() + 60
        while subprocess.run(["bash", "-c", check], env=environment, capture_output=True).returncode != 0:
            assert time.monotonic() < deadline and server.poll() is None
            time.sleep(1)
    finally:
        server.terminate()
        server.wait(30)
        subprocess.run(["chmod", "-R", "u+w", str(site)], check=True)
