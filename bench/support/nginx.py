"""nginx as a plain file server on the loopback address: what the bytes cost without any check."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.delivery.nginx_server import bare_nginx


@contextlib.contextmanager
def nginx(root: Path, prefix: Path) -> Iterator[int]:
    """Serve the folder `root` while the block lasts; `prefix` (Path) takes its files. Yields the port."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        raise SystemExit("This bench compares with nginx: install it.")
    with bare_nginx(program, prefix, root, workers=2) as running:
        yield running.port
