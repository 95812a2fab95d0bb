"""nginx of the set-up: `deploy/nginx/screening-room.conf` with the lines of this machine, and a certificate."""

import getpass
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.problems import Problem, last_line
from deploy.scale.places import LOOPBACK, ROOT, Places, Ports

CONFIGURATION = ROOT / "deploy" / "nginx" / "screening-room.conf"
EDIT = re.compile(r"^(?P<indent> *)(?P<line>.*?) +# EDIT (?P<word>\w+): .*$", re.MULTILINE)
CERTIFICATE_DAYS = 365
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
"""The public certificate authorities, where Debian and Alpine have them; read only for a bucket with HTTPS."""
# As root, nginx would read the files of the site as another user, who may not.
MAIN = """\
user {user};
daemon off;
worker_processes 2;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy_temp;
    fastcgi_temp_path {folder}/fastcgi_temp;
    uwsgi_temp_path {folder}/uwsgi_temp;
    scgi_temp_path {folder}/scgi_temp;
    include {folder}/screening-room.conf;
    {more}
}}
"""


def rendered(edits: Mapping[str, str], configuration: Path = CONFIGURATION) -> str:
    """Return `configuration` with each line to edit replaced by the line `edits[word]`; "" removes it.

    Raises ValueError if a word is missing on one side.
    """
    text = configuration.read_text("utf-8")
    words = {match["word"] for match in EDIT.finditer(text)}
    if words != set(edits):
        raise ValueError(f"{words ^ set(edits)} are on one side only")
    return EDIT.sub(lambda match: match["indent"] + edits[match["word"]], text)


def edits_for(places: Places, ports: Ports, site: Mapping[str, str]) -> dict[str, str]:
    """Return the lines of this machine for the variables `site`."""
    folder, data = places.own / "nginx", places.data_dir
    cache = "keys_zone=screening_room:16m max_size=256m inactive=10s use_temp_path=off"
    return {
        **bucket_edits(site, f"{folder}/slices", f"{folder}/errors.log"),
        "upstream": upstream(f"{LOOPBACK}:{port}" for port in ports.web),
        "engine": f"default {'nginx' if site['DELIVERY'] == 'nginx' else 'off'};",
        "secret": f'default "{site["GATE_SECRET"]}";',
        "verdicts": f"proxy_cache_path {folder}/verdicts {cache};",
        "name": "server_name localhost 127.0.0.1;",
        "http": f"listen {LOOPBACK}:{ports.http};",
        "http6": "",
        "https": f"listen {LOOPBACK}:{ports.https} ssl http2;",
        "https6": "",
        "certificate": f"ssl_certificate {folder}/tls.pem;",
        "key": f"ssl_certificate_key {folder}/tls.key;",
        "log": f"access_log {folder}/access.log screening_room buffer=64k flush=1s;",
        "errors": f"error_log {folder}/errors.log error;",
        "link_errors": f"error_log {folder}/errors.log crit;",
        "upload": "client_max_body_size 11g;",
        "static": f"alias {data}/static/;",
        "media": f"alias {data}/media/public/;",
        "library": f"root {data}/media/protected;",
        "files": f"alias {data}/media/protected/;",
    }


def bucket_edits(
    site: Mapping[str, str],
    slices: str,
    errors: str,
    size: str = "4g",
    trusted: str = AUTHORITIES,
    *,
    resolver: str = "",
) -> dict[str, str]:
    """Return the lines of a library in a bucket, for the site's variables LIBRARY_STORAGE and S3_….

    `slices` is the folder of what nginx keeps of the bucket, at most `size`; `errors` is the file for errors there;
    `trusted` has the certificate authorities of a bucket with HTTPS; `resolver` is as in `followed`.
    """
    is_in_bucket = site.get("LIBRARY_STORAGE") == "s3"
    address = urlsplit(bucket_address(site) if is_in_bucket else "")
    port = address.port or (443 if address.scheme == "https" else 80)
    cache = f"levels=1:2 keys_zone=screening_room_videos:4m max_size={size} inactive=1d use_temp_path=off"
    return {
        "store": f"default {'bucket' if is_in_bucket else 'files'};",
        "bucket": followed("screening_room_bucket", [f"{address.hostname}:{port}"], "", resolver)
        if is_in_bucket
        else f"server {LOOPBACK}:9;",
        "slices": f"proxy_cache_path {slices} {cache};",
        "bucket_host": f'default "{address.netloc}";',
        "bucket_pass": f"proxy_pass {address.scheme or 'http'}://screening_room_bucket;",
        "bucket_trusted": f"proxy_ssl_trusted_certificate {trusted};",
        "bucket_errors": f"error_log {errors} crit;",
    }


def bucket_address(site: Mapping[str, str]) -> str:
    """Return the address to which boto3 sends requests about objects of S3_BUCKET, without the path."""
    region, endpoint = site.get("S3_REGION") or "us-east-1", site.get("S3_ENDPOINT_URL", "")
    style = site.get("S3_ADDRESSING") or "auto"
    server = endpoint or f"https://s3{'' if region == 'us-east-1' else f'.{region}'}.amazonaws.com"
    if style == "path" or (style == "auto" and endpoint):
        return server
    scheme, _, host = server.partition("://")
    return f"{scheme}://{site.get('S3_BUCKET', '')}.{host}"


def upstream(servers: Iterable[str], *, resolver: str = "") -> str:
    """Return the lines of several application servers ("host:port") that share the requests.

    A server that refuses or ends a connection gets no request for 5 s; nginx repeats a GET at the next one. `resolver`
    is as in `followed`.
    """
    return f"least_conn; {followed('screening_room_servers', servers, ' max_fails=1 fail_timeout=5s', resolver)}"


def followed(zone: str, servers: Iterable[str], options: str, resolver: str) -> str:
    """Return the lines of an upstream's `servers`, each with `options`.

    nginx reads the address of a name once, when it starts. With `resolver`, the address of a DNS server, it asks again
    every five seconds, which needs nginx 1.27.3.
    """
    lines = [f"zone {zone} 256k;", *([f"resolver {resolver} valid=5s ipv6=off;"] if resolver else [])]
    lines += [f"server {server}{options}{' resolve' if resolver else ''};" for server in servers]
    return " ".join(lines)


def write_configuration(places: Places, ports: Ports, site: Mapping[str, str], *, more: str = "") -> None:
    """Write nginx.conf, with `more` lines of its http block, and the site's file. Raises OSError."""
    folder = places.own / "nginx"
    (folder / "screening-room.conf").write_text(rendered(edits_for(places, ports, site)), "utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(user=getpass.getuser(), folder=folder, more=more), "utf-8")


def make_certificate(places: Places, openssl: Path) -> None:
    """Make a certificate for localhost and 127.0.0.1 unless there is one for another day. Raises Problem."""
    certificate, key = places.own / "nginx" / "tls.pem", places.own / "nginx" / "tls.key"
    check = [str(openssl), "x509", "-checkend", "86400", "-noout", "-in", str(certificate)]
    if key.exists() and subprocess.run(check, capture_output=True).returncode == 0:
        return
    command = [str(openssl), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", str(CERTIFICATE_DAYS), "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    made = subprocess.run(
        [*command, "-keyout", str(key), "-out", str(certificate)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise Problem(f"The certificate could not be made: {last_line(made.stderr)}")


def command(program: Path, places: Places) -> list[str]:
    """Return the command that runs nginx in the foreground."""
    folder = places.own / "nginx"
    return [str(program), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
