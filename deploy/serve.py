"""The third stage, `python -m deploy.serve FD`: keep the web server and the worker running.

`deploy.launch` becomes this program, which imports no Django, when everything is prepared. FD is the number of an open
pipe with the plan, a JSON object:

commands            {name: argument list} of what is to run
address, port       where the web server answers
welcome             text for the operator, once it does
first_start_marker  path of the file that goes away then
parent              id of the process whose end is to be this one's end, or null
"""

import signal
import sys

# Until the supervisor listens, a signal ends this process without a word: nothing runs yet.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import http.client  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
from pathlib import Path  # noqa: E402

from deploy.problems import say  # noqa: E402
from deploy.supervise import Supervisor  # noqa: E402


def answers(address, port):
    """Whether the web server answers anything at all."""
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/healthz/live", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def main(descriptor):
    """Run the plan that the open file `descriptor` (int) holds; return an exit code."""
    with os.fdopen(descriptor, encoding="utf-8") as file:
        plan = json.load(file)

    def on_ready():
        say(plan["welcome"])
        Path(plan["first_start_marker"]).unlink(missing_ok=True)

    return Supervisor(
        plan["commands"],
        is_ready=lambda: answers(plan["address"], plan["port"]),
        on_ready=on_ready,
        parent=plan["parent"],
    ).run()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
