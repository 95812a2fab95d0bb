"""The commands of invitations, and what they print."""

import io
import json

from django.core.management import call_command


def run(name, *args):
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def created(*args):
    return json.loads(run("create_invitation", *args, "--label", "Jury B", "--json"))
