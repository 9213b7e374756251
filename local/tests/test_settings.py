from pathlib import Path

import pytest

from local import shell_env
from local.errors import StackError
from local.report import without_password
from local.settings import Settings


@pytest.fixture(autouse=True)
def no_servers_of_my_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("RABBITMQ_URL", raising=False)


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "8123")
    assert Settings.read().api_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(("name", "value"), [("API_PORT", "http"), ("API_PORT", "70000"), ("WORKERS", "0")])
def test_an_invalid_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(StackError, match=f"{name}: .*{value}"):
        Settings.read()


def test_without_servers_of_the_user_both_are_private() -> None:
    settings = Settings.read()
    assert not settings.has_own_database
    assert not settings.has_own_rabbitmq


def test_a_shell_that_read_the_env_file_still_gets_the_private_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", Settings.read().private_database_url)
    monkeypatch.setenv("RABBITMQ_URL", Settings.read().private_rabbitmq_url)
    settings = Settings.read()
    assert not settings.has_own_database
    assert not settings.has_own_rabbitmq


def test_servers_of_the_user_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db.example/mine")
    monkeypatch.setenv("RABBITMQ_URL", "")  # empty on purpose
    settings = Settings.read()
    assert settings.has_own_database
    assert settings.has_own_rabbitmq


def test_odd_characters_in_a_password_survive_the_way_through_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PASSWORD", "p@ss/word:%")
    url = Settings.read().private_database_url
    assert ":p%40ss%2Fword%3A%25@127.0.0.1:" in url
    assert "ss" not in without_password(url).split("@")[0].removeprefix("postgresql://")


def test_values_survive_the_way_through_the_shell_file(tmp_path: Path) -> None:
    variables = {"FITBURN_API_KEY": "fbk_it's $HOME `id`", "RABBITMQ_URL": ""}
    shell_env.write(tmp_path, variables)
    assert shell_env.read(tmp_path) == variables
