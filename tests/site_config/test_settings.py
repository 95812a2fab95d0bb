"""The settings modules as processes load them."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from site_config.environment import env
from site_config.security.secret_key import FILE_NAME, kept_secret_key
from tests.site_config.loading import load

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "videos.example.org",
    "BASE_URL": "https://videos.example.org",
}


def test_production_refuses_to_start_without_its_secrets(tmp_path):
    done = load("production", tmp_path)
    assert done.returncode != 0
    assert "Production needs SECRET_KEY, ALLOWED_HOSTS, BASE_URL: set them" in done.stderr


@pytest.mark.parametrize("module", ["production", "dev"])
@pytest.mark.parametrize("key", ["x", "a-short-key-of-twenty-9", "abababab" * 8])
def test_a_key_that_can_be_guessed_is_refused_and_not_repeated(tmp_path, module, key):
    done = load(module, tmp_path, **{**PRODUCTION, "SECRET_KEY": key})
    assert done.returncode != 0
    assert "SECRET_KEY can be guessed" in done.stderr
    assert "token_urlsafe" in done.stderr
    assert key == "x" or key not in done.stderr


def test_production_refuses_error_pages_with_details(tmp_path):
    done = load("production", tmp_path, DEBUG="1", **PRODUCTION)
    assert done.returncode != 0
    assert "DEBUG is on" in done.stderr


def test_production_starts_with_its_secrets_and_invents_none(tmp_path):
    done = load("production", tmp_path, **PRODUCTION)
    assert done.stdout.split() == ["False", PRODUCTION["SECRET_KEY"]]
    assert not (tmp_path / FILE_NAME).exists()


def test_development_hides_error_details_and_keeps_a_key_of_its_own(tmp_path):
    first, second = load("dev", tmp_path), load("dev", tmp_path)
    assert first.stdout == second.stdout
    assert first.stdout.split()[1] == (tmp_path / FILE_NAME).read_text()
    assert first.stdout.startswith("False ")


def test_wrong_value_stops_the_start_by_name(tmp_path):
    done = load("dev", tmp_path, WEB_THREADS="many")
    assert done.returncode != 0
    assert "WEB_THREADS is 'many', but must be a whole number above 0." in done.stderr


def test_log_and_mail_about_errors_are_as_the_environment_names_them(tmp_path):
    named = {"ADMINS": "ada@example.org,ben@example.org", "LOG_LEVEL": "WARNING", "EMAIL_URL": "smtp://localhost"}
    shown = "s.ADMINS, s.LOGGING['root']['level'], sorted(s.LOGGING['root']['handlers'])"
    done = load("production", tmp_path, shown=shown, **named, **PRODUCTION)
    addresses = [("ada@example.org", "ada@example.org"), ("ben@example.org", "ben@example.org")]
    assert done.stdout.strip() == f"{addresses} WARNING ['admins', 'stderr']", done.stderr
    done = load("production", tmp_path, shown=shown, **PRODUCTION)
    assert done.stdout.strip() == "[] INFO ['stderr']", done.stderr


def test_session_signed_with_the_key_before_is_still_valid(tmp_path):
    """A new SECRET_KEY with the old one as its fallback signs nobody out."""
    script = (
        "import django; django.setup()\n"
        "from django.core import signing\n"
        "import sys; print(signing.loads(sys.argv[1]) if len(sys.argv) > 1 else signing.dumps('ann'))"
    )

    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            cwd=env.PROJECT_ROOT,
            env={
                "PATH": os.environ["PATH"],
                "ENV_FILE": "-",
                "DATA_DIR": str(tmp_path),
                "DJANGO_SETTINGS_MODULE": "site_config.settings.production",
                **PRODUCTION,
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=60,
        )

    signed = run().stdout.strip()
    new = "zyxwvutsrqponmlkjihgfedcba9876543210" * 2
    assert run(signed, SECRET_KEY=new).returncode != 0
    assert run(signed, SECRET_KEY=new, SECRET_KEY_FALLBACKS=PRODUCTION["SECRET_KEY"]).stdout == "ann\n"
    done = run(SECRET_KEY=new, SECRET_KEY_FALLBACKS="x")
    assert "SECRET_KEY_FALLBACKS can be guessed" in done.stderr


def test_kept_key_is_readable_by_its_owner_only(tmp_path):
    key = kept_secret_key(tmp_path / "data")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "data") == key
    assert stat.S_IMODE((tmp_path / "data" / FILE_NAME).stat().st_mode) == 0o600


def test_emptied_key_file_is_no_key(tmp_path):
    (tmp_path / FILE_NAME).write_text("")
    with pytest.raises(OSError, match="delete it"):
        kept_secret_key(tmp_path)


def test_uploads_are_collected_on_the_library_s_file_system():
    assert settings.FILE_UPLOAD_TEMP_DIR.is_relative_to(settings.PROTECTED_ROOT)
    assert settings.FILE_UPLOAD_TEMP_DIR.is_dir()
    assert settings.FILE_UPLOAD_HANDLERS == ["video_pages.uploads.handlers.PolicyUploadHandler"]


def test_media_library_takes_video_only():
    assert settings.WAGTAILMEDIA["MEDIA_MODEL"] == "video_pages.VideoFile"
    assert settings.WAGTAILMEDIA["AUDIO_EXTENSIONS"] == []
    assert "mp4" in settings.WAGTAILMEDIA["VIDEO_EXTENSIONS"]
