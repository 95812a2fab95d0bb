"""What `.venv/bin/python -m deploy.start` runs: the second stage, quiet and closed to others from the first moment.

The imports below take a second or two. A Ctrl-C in that time ends the process without a word, where Python
would print where it was; `launch.Interruption` takes over afterwards.
"""

import os
import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)
# What is written from here on, by whatever this process becomes or starts, is its user's alone.
os.umask(0o077)

from deploy import launch  # noqa: E402

if __name__ == "__main__":
    sys.exit(launch.main(sys.argv[1:]))
