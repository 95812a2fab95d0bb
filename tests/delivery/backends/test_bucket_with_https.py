"""nginx fetches from a bucket with HTTPS, and sends a signed address to no server with another certificate."""

import pytest

from tests import factories
from tests.conftest import environment_of_children
from tests.delivery.addresses import source_url, unlocked
from tests.delivery.backends.conftest import cookie_of
from tests.delivery.nginx_server import SECRET, https_in_front_of, nginx, self_signed
from tests.delivery.raw_http import Address
from tests.delivery.servers import gunicorn
from tests.s3_servers import library_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(gateway_bucket, settings, require, tmp_path):
    """(the port of an application whose bucket has HTTPS, the address of that bucket, its certificate)."""
    for folder in ("bucket", "front"):
        (tmp_path / folder).mkdir()
    certificate, key = self_signed(tmp_path / "bucket")
    plain_port = int(gateway_bucket["S3_ENDPOINT_URL"].rpartition(":")[2])
    with https_in_front_of(require("nginx"), tmp_path / "bucket", plain_port, certificate, key) as port:
        bucket = {**gateway_bucket, "S3_ENDPOINT_URL": f"https://localhost:{port}"}
        environment = {**environment_of_children(), **bucket, "DELIVERY": "nginx", "GATE_SECRET": SECRET}
        environment |= {"AWS_CA_BUNDLE": str(certificate), "TRUSTED_PROXIES": "1", "SECURE_PROXY": "1"}
        with gunicorn(environment, tmp_path) as application, library_in(settings, gateway_bucket):
            yield application.port, bucket["S3_ENDPOINT_URL"], certificate


@pytest.mark.parametrize(("is_trusted", "expected"), [(True, 200), (False, 503)])
def test_the_certificate_of_the_bucket_is_checked(site, require, tmp_path, is_trusted, expected):
    application, bucket, certificate = site
    film = factories.make_video()
    (tmp_path / "another").mkdir()
    trusted = certificate if is_trusted else self_signed(tmp_path / "another")[0]
    with nginx(require("nginx"), tmp_path / "front", application, bucket=bucket, trusted=trusted) as front:
        served = Address(front.port, is_secure=True).ask(source_url(film), cookie=cookie_of(unlocked(film)))
    assert served.status == expected
    assert (served.body == bytes(range(256)) * 16) == is_trusted
