"""The second stage, `.venv/bin/python -m deploy.start`: set the handler of Ctrl-C and the umask, then run `launch`.

The imports below take a second or two. A Ctrl-C in that time ends the process without Python's traceback;
`launch.Interruption` handles it afterwards.
"""

import os
import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)
# Only the user of this process can read files that it, or a process that it starts, writes from here on.
os.umask(0o077)

from deploy import launch  # noqa: E402

if __name__ == "__main__":
    sys.exit(launch.main(sys.argv[1:]))
