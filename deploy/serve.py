"""The third stage, `python -m deploy.serve FD`: keep the web server and the worker running.

`deploy.launch` becomes this program, which imports no Django, when everything is prepared. FD is the number of an open
pipe with the plan, a JSON object:

commands            {name: argument list} of the programs
address, port       where the web server answers
welcome             text for the operator, printed when it answers
first_start_marker  path of a file that is removed then
parent              id of a process, or null; if it ends, this one ends as well
"""

import signal
import sys

# Until the supervisor handles signals, a signal ends this process without a message: nothing runs yet.
signal.signal(signal.SIGINT, signal.SIG_DFL)

import http.client  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
from pathlib import Path  # noqa: E402

from deploy.problems import say  # noqa: E402
from deploy.supervise import Program, Stage, Supervisor  # noqa: E402


def answers(address: str, port: int) -> bool:
    """True if the web server answers, with any status."""
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", "/healthz/live", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def main(descriptor: int) -> int:
    """Run the plan in the open file `descriptor`; return an exit code."""
    with os.fdopen(descriptor, encoding="utf-8") as file:
        plan = json.load(file)

    def on_ready() -> None:
        say(plan["welcome"])
        Path(plan["first_start_marker"]).unlink(missing_ok=True)

    stage = Stage(
        [Program(name, command) for name, command in plan["commands"].items()],
        is_ready=lambda: answers(plan["address"], plan["port"]),
        on_ready=on_ready,
    )
    return Supervisor([stage], parent=plan["parent"]).run()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
