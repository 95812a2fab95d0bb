"""The S3 server of the set-up, for LIBRARY_STORAGE=s3: the gateway of JuiceFS, which is MinIO's server on a folder.

It is a package of requirements-dev.txt. With S3_ENDPOINT_URL, the site uses that server, and none is started.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.problems import Problem, last_line
from deploy.scale.places import LOOPBACK, Places, Ports
from deploy.scale.secrets import kept_secret

BUCKET, REGION, KEY_ID = "screening-room", "us-east-1", "screening-room"
# A server of nginx that gives the bucket HTTPS: DELIVERY=redirect sends browsers there.
HTTPS = """
    server {{
        listen {address}:{https} ssl http2;
        ssl_certificate {folder}/tls.pem;
        ssl_certificate_key {folder}/tls.key;
        access_log off;
        client_max_body_size 0;
        location / {{
            proxy_pass http://{address}:{port};
            proxy_set_header Host $http_host;
            proxy_request_buffering off;
            proxy_buffering off;
        }}
    }}
"""


def is_wanted(variables: Mapping[str, str]) -> bool:
    """Return whether the set-up runs a server of its own for the library."""
    return variables.get("LIBRARY_STORAGE") == "s3" and not variables.get("S3_ENDPOINT_URL")


def find_program() -> Path:
    """Return the path of the gateway. Raises Problem if it is not installed."""
    own = Path(sys.executable).with_name("juicefs")
    found = str(own) if own.exists() else shutil.which("juicefs")
    if found is None:
        raise Problem(
            "LIBRARY_STORAGE=s3 needs an S3 server: run make setup-dev, which installs one into .venv, or set "
            "S3_ENDPOINT_URL and the keys of your own."
        )
    return Path(found)


def make_volume(places: Places, program: Path) -> None:
    """Make the file system of the server unless there is one. Raises Problem."""
    folder = _folder(places)
    if (folder / "formatted").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)  # an interrupted first start
    folder.mkdir()
    made = subprocess.run(
        [str(program), "format", _volume(places), "scale", "--storage", "file", "--bucket", f"{folder}/objects/"]
        + ["--trash-days", "0"],
        capture_output=True,
        text=True,
        env=environment(places),
    )
    if made.returncode != 0:
        raise Problem(f"The S3 server could not be made: {last_line(made.stderr)}")
    (folder / "formatted").touch()


def command(program: Path, places: Places, port: int) -> list[str]:
    """Return the command that runs the server on `port` of the loopback address."""
    options = ["--multi-buckets", "--object-meta", "--keep-etag", "--cache-size", "0", "--metrics", f"{LOOPBACK}:0"]
    options += ["--no-banner", "--no-bgjob", "--no-usage-report"]
    return [str(program), "gateway", _volume(places), f"{LOOPBACK}:{port}", *options]


def environment(places: Places) -> dict[str, str]:
    """Return the environment of the server, with its keys."""
    keys = {"MINIO_ROOT_USER": KEY_ID, "MINIO_ROOT_PASSWORD": kept_secret(places.own / "s3-secret")}
    return {**os.environ, **keys, "HOME": str(_folder(places)), "DATA_DIR": str(places.data_dir)}


def site_variables(places: Places, ports: Ports) -> dict[str, str]:
    """Return the variables with which the site uses the server."""
    return {
        "S3_BUCKET": BUCKET,
        "S3_REGION": REGION,
        "S3_ENDPOINT_URL": f"http://{LOOPBACK}:{ports.s3}",
        "S3_PUBLIC_ENDPOINT_URL": f"https://{LOOPBACK}:{ports.s3_https}",
        "S3_ACCESS_KEY_ID": KEY_ID,
        "S3_SECRET_ACCESS_KEY": kept_secret(places.own / "s3-secret"),
        "S3_ADDRESSING": "path",
    }


def https_server(places: Places, ports: Ports) -> str:
    """Return the server of nginx that gives the bucket HTTPS."""
    return HTTPS.format(address=LOOPBACK, https=ports.s3_https, port=ports.s3, folder=places.own / "nginx")


def _folder(places: Places) -> Path:
    return places.own / "s3"


def _volume(places: Places) -> str:
    return f"sqlite3://{_folder(places)}/volume.db"
