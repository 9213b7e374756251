"""Which database a command works on, and what it finds in its environment."""

import os
from pathlib import Path

import pytest

from local import postgres, services, shell_env
from local.errors import StackError
from local.settings import Settings

CHOSEN, STACK = "postgresql://a:b@db.example.com/chosen", "postgresql://a:b@127.0.0.1:1/stack"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Settings.read().model_copy(update={"fitburn_local_dir": tmp_path})


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """URLs that answer."""
    urls: set[str] = set()
    monkeypatch.setattr(postgres, "is_ready", urls.__contains__)
    return urls


def test_the_stack_comes_before_compose_and_one_that_does_not_answer_is_left_out(
    settings: Settings, answering: set[str]
) -> None:
    shell_env.write(settings.folder, {"DATABASE_URL": STACK})
    answering.add(settings.private_database_url)
    assert services.database_url(settings) == settings.private_database_url
    answering.add(STACK)
    assert services.database_url(settings) == STACK


def test_no_other_database_stands_in_for_a_chosen_one(
    settings: Settings, answering: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", CHOSEN)
    answering.add(settings.private_database_url)
    with pytest.raises(StackError, match="No database answers"):
        services.database_url(settings)
    answering.add(CHOSEN)
    assert services.database_environment(settings)["DATABASE_URL"] == CHOSEN


def test_commands_find_the_servers_own_pg_dump_first(
    settings: Settings, answering: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", CHOSEN)
    answering.add(CHOSEN)
    folders = services.database_environment(settings)["PATH"].split(os.pathsep)
    assert next(folder for folder in folders if (Path(folder) / "pg_dump").exists()) == str(postgres.binaries())
