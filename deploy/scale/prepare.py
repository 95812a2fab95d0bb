"""Within Django: database, static files, first superuser and demo. `python -m deploy.scale.prepare FD [BUCKET]`.

The new superuser's password is written to the descriptor FD, which the supervisor reads; nothing if there is none.
BUCKET is the name of a bucket to make on the set-up's own S3 server.
"""

import os
import sys

import django

from deploy import launch
from deploy.bucket import make_bucket
from deploy.problems import Problem, report
from site_config.environment import env


def main(descriptor: int, *buckets: str) -> int:
    """Prepare the site; return an exit code."""
    try:
        values = env.read(env.environment())
        for bucket in buckets:
            django.setup()
            make_bucket(bucket)
        password = launch.prepare(values, launch.Interruption())
        os.write(descriptor, password.encode())
    except Problem as problem:
        return report(problem)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
