"""System checks: each dangerous combination is refused, each sound one is not."""

import re
import sys
import sysconfig
from pathlib import Path

import pytest

from site_config.checks import settings_checks

SESSIONS = "django.contrib.sessions.backends."
CACHES = "django.core.cache.backends."


ROOT = Path(__file__).resolve().parents[2]


def ids(found):
    return [message.id for message in found]


def test_each_id_belongs_to_one_module():
    modules = {}
    for package in ("site_config", "video_pages", "home"):
        for path in (ROOT / package).rglob("*.py"):
            for number in re.findall(r'id="video_pages\.([EW]\d{3})"', path.read_text()):
                modules.setdefault(number, set()).add(path.relative_to(ROOT))
    assert len(modules) > 20
    assert {number: found for number, found in modules.items() if len(found) > 1} == {}


def test_signed_cookie_sessions_are_refused(settings):
    settings.SESSION_ENGINE = SESSIONS + "signed_cookies"
    assert ids(settings_checks.sessions_can_be_ended(None)) == ["video_pages.E001"]


SESSION_ENGINES = [SESSIONS + "cache", SESSIONS + "cached_db", "site_config.sessions"]
UNSHARED = ["locmem.LocMemCache", "dummy.DummyCache", "filebased.FileBasedCache"]
SHARED = ["redis.RedisCache", "memcached.PyMemcacheCache", "db.DatabaseCache"]


@pytest.mark.parametrize("engine", SESSION_ENGINES)
@pytest.mark.parametrize("cache", [*(CACHES + name for name in UNSHARED), "site_config.caches.files.FileCache"])
def test_session_caches_that_not_every_process_shares_are_refused(settings, engine, cache):
    settings.SESSION_ENGINE = engine
    settings.CACHES = {"default": {"BACKEND": cache}}
    assert ids(settings_checks.sessions_can_be_ended(None)) == ["video_pages.E002"]


@pytest.mark.parametrize("engine", SESSION_ENGINES)
@pytest.mark.parametrize("cache", [*(CACHES + name for name in SHARED), "site_config.caches.redis.RedisCache"])
def test_session_caches_that_are_shared_are_accepted(settings, engine, cache):
    settings.SESSION_ENGINE = engine
    settings.CACHES = {"default": {"BACKEND": cache}}
    assert settings_checks.sessions_can_be_ended(None) == []


def test_session_cache_that_does_not_exist_is_refused(settings):
    settings.SESSION_ENGINE = SESSIONS + "cache"
    settings.SESSION_CACHE_ALIAS = "missing"
    assert ids(settings_checks.sessions_can_be_ended(None)) == ["video_pages.E002"]


def test_sessions_in_the_database_need_no_shared_cache(settings):
    settings.SESSION_ENGINE = SESSIONS + "db"
    settings.CACHES = {"default": {"BACKEND": CACHES + "locmem.LocMemCache"}}
    assert settings_checks.sessions_can_be_ended(None) == []


@pytest.mark.parametrize("public", ["MEDIA_ROOT", "STATIC_ROOT"])
def test_protected_files_inside_a_served_directory_are_refused(settings, tmp_path, public):
    setattr(settings, public, tmp_path)
    settings.PROTECTED_ROOT = tmp_path / "protected"
    assert ids(settings_checks.protected_files_have_no_address(None)) == ["video_pages.E003"]


def test_protected_files_reached_through_a_link_are_refused(settings, tmp_path):
    (tmp_path / "served").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "served")
    settings.MEDIA_ROOT = tmp_path / "served"
    settings.PROTECTED_ROOT = tmp_path / "link" / "protected"
    assert ids(settings_checks.protected_files_have_no_address(None)) == ["video_pages.E003"]


def test_protected_files_beside_the_public_ones_are_accepted():
    assert settings_checks.protected_files_have_no_address(None) == []


@pytest.mark.parametrize("name", ["PROTECTED_ROOT", "DATA_DIR"])
@pytest.mark.parametrize("place", ["/usr/lib", sysconfig.get_path("purelib")])
def test_data_that_the_sandbox_would_let_a_child_read_is_refused(settings, name, place):
    setattr(settings, name, Path(place) / "videos")
    (found,) = settings_checks.sandbox_sees_no_data(None)
    assert found.id == "video_pages.E005"
    assert found.msg.startswith(f"{name} lies in ")


def test_a_database_that_the_sandbox_would_let_a_child_read_is_refused(settings, monkeypatch):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/usr/lib/videos/db.sqlite3"}
    monkeypatch.setitem(settings.DATABASES, "other", database)
    assert ids(settings_checks.sandbox_sees_no_data(None)) == ["video_pages.E005"]
    database["ENGINE"] = "django.db.backends.postgresql"
    assert settings_checks.sandbox_sees_no_data(None) == []


def test_an_env_file_that_the_sandbox_would_let_a_child_read_is_refused(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(settings_checks.system_paths, "readable_paths", lambda: (str(tmp_path),))
    settings.BASE_DIR = tmp_path / "project"
    settings.BASE_DIR.mkdir()
    assert settings_checks.sandbox_sees_no_data(None) == []
    (settings.BASE_DIR / ".env").write_text("SECRET_KEY=x")
    (found,) = settings_checks.sandbox_sees_no_data(None)
    assert found.msg.startswith("The file .env lies in ")


def test_data_that_a_link_leads_below_such_a_path_is_refused(settings, tmp_path):
    (tmp_path / "link").symlink_to("/usr/lib")
    settings.PROTECTED_ROOT = tmp_path / "link" / "videos"
    assert ids(settings_checks.sandbox_sees_no_data(None)) == ["video_pages.E005"]


def test_data_beside_the_virtual_environment_and_elsewhere_below_usr_is_accepted(settings):
    """The default: the project's directory, with `.venv` in it."""
    for place in (Path(sys.prefix).parent, Path("/usr/local/share/videos"), Path("/srv/videos")):
        settings.DATA_DIR, settings.PROTECTED_ROOT = place, place / "media" / "protected"
        assert settings_checks.sandbox_sees_no_data(None) == []


def test_hasher_without_its_library_is_refused(settings):
    settings.PASSWORD_HASHERS = ["tests.site_config.test_checks.MissingHasher"]
    assert ids(settings_checks.password_hasher_is_installed(None)) == ["video_pages.E004"]


def test_hasher_that_is_there_is_accepted():
    assert settings_checks.password_hasher_is_installed(None) == []


def test_believing_a_proxy_s_scheme_without_counting_it_is_warned_about(settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = 0
    assert ids(settings_checks.proxies_are_counted(None)) == ["video_pages.W001"]
    settings.TRUSTED_PROXIES = 1
    assert settings_checks.proxies_are_counted(None) == []


class MissingHasher(settings_checks.get_hasher().__class__):
    """A hasher whose library nobody has."""

    algorithm = "missing"
    library = "no_such_library"


def test_unknown_name_in_the_env_file_is_warned_about(tmp_path, monkeypatch):
    (tmp_path / "env").write_text("PORT=9001\nALOWED_HOSTS=a.example\nDJANGO_SETTINGS_MODULE=x\nWEATHER=fine\n")
    monkeypatch.setenv("ENV_FILE", str(tmp_path / "env"))
    found = settings_checks.names_in_the_env_file_are_known(None)
    assert ids(found) == ["video_pages.W013"] * 3
    assert [warning.hint for warning in found] == [
        "Did you mean ALLOWED_HOSTS?",
        "It is read before .env is: set it in the environment.",
        "docs/settings.md lists every variable.",
    ]


def test_mail_about_errors_without_a_way_to_send_it_is_warned_about(settings):
    assert settings_checks.mail_about_errors_can_be_sent(None) == []
    settings.ADMINS = [("ann@example.org", "ann@example.org")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert ids(settings_checks.mail_about_errors_can_be_sent(None)) == ["video_pages.W011"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert settings_checks.mail_about_errors_can_be_sent(None) == []
