"""An engine without its driver is one sentence with the command that installs it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from deploy import bootstrap
from site_config.environment import env, packages

CHOSEN = {
    "DATABASE_URL": "postgres://db/n",
    "CACHE_URL": "rediss://cache/0",
    "PASSWORD_HASHER": "argon2",
    "LIBRARY_STORAGE": "s3",
    "DELIVERY": "cdn",
}


def nothing(name):
    return None


def test_default_engines_need_nothing_more():
    packages.require_packages(env.read({}), find=nothing)
    packages.require_packages(env.read({"DATABASE_URL": "sqlite:////srv/x", "CACHE_URL": "dbcache://t"}), find=nothing)


@pytest.mark.parametrize("name", CHOSEN)
def test_engine_without_its_driver_is_refused_with_the_command(name):
    values = env.read({name: CHOSEN[name]})
    packages.require_packages(values)  # the tests' own environment has all of them
    with pytest.raises(ImproperlyConfigured) as caught:
        packages.require_packages(values, find=nothing)
    assert str(caught.value).startswith(f"Packages are missing for {name}=")
    assert "run .venv/bin/pip install -r requirements-scale.txt" in str(caught.value)


@pytest.mark.parametrize("name", CHOSEN)
def test_first_stage_installs_for_the_same_engines(name, tmp_path):
    assert {name: beginning for name, (beginning, _) in packages.NEEDED.items()} == bootstrap.ENGINES
    assert bootstrap.needs_more_packages({name: CHOSEN[name]}, tmp_path)
    assert not bootstrap.needs_more_packages({name: ""}, tmp_path)
    assert not bootstrap.needs_more_packages({}, tmp_path)


@pytest.mark.parametrize("line", ["DATABASE_URL=postgres://h/n", "export DATABASE_URL='postgresql://h/n'"])
def test_first_stage_reads_the_env_file_as_the_site_does(line, tmp_path):
    (tmp_path / ".env").write_text(f"# DATABASE_URL=sqlite:////x\n{line}\n")
    (tmp_path / "other").write_text("PORT=1\n")
    assert bootstrap.needs_more_packages({}, tmp_path)
    assert not bootstrap.needs_more_packages({"DATABASE_URL": "sqlite:////x"}, tmp_path), "the environment wins"
    assert not bootstrap.needs_more_packages({"ENV_FILE": "other"}, tmp_path)
    assert not bootstrap.needs_more_packages({"ENV_FILE": "-"}, tmp_path)
    assert env.file_variables(tmp_path, {})["DATABASE_URL"].startswith("postgres")


@pytest.mark.parametrize("place", ["the environment", "a file"])
@pytest.mark.parametrize("action", ["run", "setup"])
def test_run_and_setup_install_the_drivers_before_they_go_on(action, place, monkeypatch, tmp_path):
    """From the Makefile's call to the hand-over; pip itself is tried in tests/deploy/test_bootstrap.py."""
    done = []
    monkeypatch.setattr(bootstrap, "set_up", lambda path: done.append(path.name))
    monkeypatch.setattr(bootstrap.browser_packages, "set_up", lambda npm, with_tools: None)
    monkeypatch.setattr(bootstrap.bundles, "set_up", lambda: None)
    monkeypatch.setattr(bootstrap.os, "execv", lambda *arguments: done.append("start"))
    if place == "a file":
        (tmp_path / "screening-room.env").write_text("DATABASE_URL=postgres://h/n\n")
        monkeypatch.setenv("ENV_FILE", str(tmp_path / "screening-room.env"))
        monkeypatch.delenv("DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("ENV_FILE", "-")
        monkeypatch.setenv("DATABASE_URL", "postgres://h/n")
    bootstrap.main([action])
    assert done == ["requirements.txt", "requirements-scale.txt", *(["start"] if action == "run" else [])]


def test_a_file_of_variables_that_this_user_may_not_read_is_one_sentence(monkeypatch, tmp_path):
    """Otherwise the packages that it asks for would be missing when the site starts."""
    (tmp_path / ".env").mkdir()  # root may read every file, and nobody a directory
    with pytest.raises(bootstrap.Problem, match=r"\.env can't be read by this user"):
        bootstrap.needs_more_packages({}, tmp_path)
