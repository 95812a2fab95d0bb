"""A site whose server is killed and started again at the same address while a browser looks at it."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import ROOT, _wait_for
from tests.engines import free_port


class RestartedSite:
    """Used in a `with`; `kill` and `start` as often as you like."""

    def __init__(self, environment, log):
        self.port, self.log, self.process = free_port(), log, None
        self.environment = {**environment, "PORT": str(self.port), "WEB_WORKERS": "1", "WEB_THREADS": "32"}
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(15)

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "site_config.wsgi"]
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        _wait_for(self.port, self.process, self.log)

    def kill(self, with_signal):
        """Kill the server and its worker, whatever they are doing."""
        pid = self.process.pid
        for worker in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(worker), with_signal)
        os.kill(pid, with_signal)
        self.process.wait()

    @contextlib.contextmanager
    def stopped(self):
        """The server accepts connections, and answers none."""
        pid = self.process.pid
        workers = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for each in workers:
            os.kill(each, signal.SIGSTOP)
        try:
            yield
        finally:
            for each in workers:
                os.kill(each, signal.SIGCONT)

    def sign_in(self, page):
        page.goto("/admin/login/")
        page.fill("[name=username]", "admin")
        page.fill("[name=password]", "secret-secret")
        page.click("[type=submit]")
        page.wait_for_url("**/admin/")
