"""Reading the environment: right values, wrong ones refused by name, a `.env` file, production's demands."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from site_config.environment import env, variables


def refusal(**variables):
    """The sentence with which `variables` are refused."""
    with pytest.raises(ImproperlyConfigured) as caught:
        env.read(variables)
    return str(caught.value)


def test_empty_environment_gives_the_defaults():
    values = env.read({})
    assert values.PORT == 8000
    assert values.DEBUG is False
    assert values.DATA_DIR == env.PROJECT_ROOT
    assert values.MAX_UPLOAD_BYTES == 10 * 1024**3


def test_empty_value_counts_as_not_set():
    assert env.read({"PORT": "", "SECRET_KEY": "  "}).PORT == 8000


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("PORT", "9000", 9000),
        ("DEBUG", "yes", True),
        ("DEBUG", "0", False),
        ("ALLOWED_HOSTS", "a.example, b.example,", ("a.example", "b.example")),
        ("BASE_URL", "https://videos.example.org/", "https://videos.example.org"),
        ("MAX_UPLOAD_BYTES", "3 GiB", 3 * 1024**3),
        ("MAX_UPLOAD_BYTES", "5000", 5000),
        ("LIBRARY_QUOTA_BYTES", "1tib", 1024**4),
        ("LISTEN_ADDRESS", "localhost", "127.0.0.1"),
        ("LISTEN_ADDRESS", "::1", "::1"),
        ("TIME_ZONE", "Europe/Berlin", "Europe/Berlin"),
        ("DATA_DIR", "/srv/videos", Path("/srv/videos")),
        ("SESSION_ENGINE", "cached_db", "cached_db"),
    ],
)
def test_right_values_are_read(name, text, value):
    assert getattr(env.read({name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("PORT", "٨٠٠٠"),
        ("DEBUG", "ture"),
        ("TRUSTED_PROXIES", "-1"),
        ("WEB_THREADS", "0"),
        ("KEEP_ORPHANS_DAYS", "0"),
        ("KEEP_ORPHANS_DAYS", "36501"),
        ("MAX_UPLOAD_BYTES", "10 GB"),
        ("MAX_UPLOAD_BYTES", "much"),
        ("BASE_URL", "videos.example.org"),
        ("BASE_URL", "https://videos.example.org/path"),
        ("LISTEN_ADDRESS", "everywhere"),
        ("TIME_ZONE", "Middle/Earth"),
        ("TIME_ZONE", "../etc/passwd"),
        ("SESSION_ENGINE", "signed_cookies"),
        ("PASSWORD_HASHER", "md5"),
    ],
)
def test_wrong_value_is_refused_by_name_in_one_sentence(name, text):
    sentence = refusal(**{name: text})
    assert sentence.startswith(f"{name} is {text!r}, but must be ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_password_may_hold_dollar_signs():
    for password in ("$ecret", "pa$$word", r"back\$lash", "$"):
        assert env.read({"ADMIN_PASSWORD": password}).ADMIN_PASSWORD == password


def test_lines_of_the_env_file_are_read_and_the_environment_wins(tmp_path):
    (tmp_path / ".env").write_text("# a comment\nPORT=9001\nADMIN_PASSWORD='from the file'\n")
    values = env.read(env.environment(tmp_path, {"PORT": "9002"}))
    assert values.PORT == 9002
    assert values.ADMIN_PASSWORD == "from the file"


def test_another_env_file_can_be_named_and_a_dash_means_none(tmp_path):
    (tmp_path / ".env").write_text("PORT=9001\n")
    (tmp_path / "other").write_text("PORT=9003\n")
    assert env.read(env.environment(tmp_path, {"ENV_FILE": "other"})).PORT == 9003
    assert env.read(env.environment(tmp_path, {"ENV_FILE": "-"})).PORT == 8000


def test_reading_a_file_leaves_the_given_environment_alone(tmp_path):
    (tmp_path / ".env").write_text("PORT=9001\n")
    given = {}
    env.environment(tmp_path, given)
    assert given == {}


def test_production_names_everything_that_is_missing():
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY, BASE_URL: set them"):
        env.require(env.read({"ALLOWED_HOSTS": "a.example"}), "SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL")


def test_production_with_everything_is_content():
    env.require(env.read({"SECRET_KEY": "x"}), "SECRET_KEY")


def test_names_in_the_env_file_that_no_variable_has_are_known_and_guessed(tmp_path):
    (tmp_path / ".env").write_text("PORT=9001\nALOWED_HOSTS=a.example\nWEATHER=fine\n")
    unknown = env.unknown_names(env.file_variables(tmp_path, {}))
    assert unknown == {"ALOWED_HOSTS": "ALLOWED_HOSTS", "WEATHER": ""}


def test_every_variable_of_the_example_is_known():
    names = [variable.name for variable in variables.VARIABLES]
    assert env.unknown_names(names) == {}


def test_line_of_the_env_file_that_is_not_understood_is_reported_without_its_value(tmp_path, caplog):
    (tmp_path / ".env").write_text(" SECRET_KEY = hunter2\nhunter2\n")
    assert env.file_variables(tmp_path, {}) == {}
    assert "'SECRET_KEY' in .env is ignored: write NAME=value" in caplog.text
    assert "hunter2" not in caplog.text
