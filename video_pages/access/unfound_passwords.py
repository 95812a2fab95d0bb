"""The passwords of a site that its form cannot find yet: they have no fingerprint; see `fingerprints`."""

import itertools
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import get_hasher
from django.db.models import Q
from django.utils.crypto import salted_hmac

from video_pages.core import clock

COSTS = ("iterations", "time_cost", "memory_cost", "parallelism")  # of PBKDF2 and of Argon2
NAME = "video_pages.access.fingerprints"
MODELS = ("VideoPage", "VideoIndexPage", "Invitation", "PasswordFingerprint")


def made_for(password_hash: str) -> str:
    """Return the name of a password with this hash and of the present way to make fingerprints; it tells neither."""
    hasher: Any = get_hasher()
    way = [hasher.algorithm, *(str(getattr(hasher, name, "")) for name in COSTS)]
    return salted_hmac(NAME, "\0".join([password_hash, *way]), algorithm="sha256").hexdigest()


def count_unfound(below: str) -> int:
    """Return how many passwords of pages and of their invitations, at tree paths below `below`, have no fingerprint.

    Those of invitations that are over are left out. Four queries, which read every hash: for one screen of the admin.
    """
    # By their names: the models of access need the settings, whose form shows the count.
    models = {name: apps.get_model("video_pages", name) for name in MODELS}
    stored = set(models["PasswordFingerprint"].objects.values_list("made_for", flat=True))
    pages = [models[name].objects.filter(path__startswith=below, alias_of=None) for name in MODELS[:2]]
    of_pages = Q(video__path__startswith=below) | Q(section__path__startswith=below)
    invitations = models["Invitation"].objects.lasting(clock.now()).filter(of_pages)
    rows = (found.exclude(password_hash="").values_list("password_hash", flat=True) for found in (*pages, invitations))
    return sum(made_for(password_hash) not in stored for password_hash in itertools.chain.from_iterable(rows))
