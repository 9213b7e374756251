from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from fitburn.errors import UnsafeSettingsError
from fitburn.settings import DatabaseSettings, Settings, read_settings

LOCAL_URL = "postgresql://fitburn:local-only-password@localhost/fitburn"


def test_a_local_machine_may_use_local_values(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", LOCAL_URL)
    assert DatabaseSettings().database_url.get_secret_value() == LOCAL_URL


def test_production_refuses_local_values_and_says_which_without_the_secret(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", LOCAL_URL)
    monkeypatch.setenv("FITBURN_ENV", "production")
    with pytest.raises(UnsafeSettingsError, match="DATABASE_URL"):
        DatabaseSettings()
    with pytest.raises(SystemExit) as ended:
        read_settings(DatabaseSettings)
    assert "DATABASE_URL" in str(ended.value)
    assert "local-only-password" not in str(ended.value)


def test_a_missing_setting_is_named(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        read_settings(DatabaseSettings)


def test_a_secret_is_not_shown_when_settings_are_printed(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://fitburn:sesame@localhost/fitburn")
    assert "sesame" not in repr(DatabaseSettings())


class PrefixedSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="DOOR_", frozen=True, extra="ignore")

    code: SecretStr = SecretStr("0000")
    bell: str = "ding"


def test_a_secret_can_come_as_a_file(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://fitburn:sesame@db/fitburn\n")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert read_settings(DatabaseSettings).database_url.get_secret_value() == "postgresql://fitburn:sesame@db/fitburn"


def test_an_empty_variable_does_not_hide_the_file(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://db/fitburn")
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    assert read_settings(DatabaseSettings).database_url.get_secret_value() == "postgresql://db/fitburn"


def test_a_secret_file_has_the_prefix_of_its_group(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "code"
    file.write_text("4711")
    monkeypatch.setenv("DOOR_CODE_FILE", str(file))
    assert read_settings(PrefixedSettings).code.get_secret_value() == "4711"


def test_a_value_and_a_file_at_once_are_refused(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", LOCAL_URL)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(SystemExit, match="Both DATABASE_URL and DATABASE_URL_FILE"):
        read_settings(DatabaseSettings)


def test_a_file_that_is_not_there_is_named(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match=r"DATABASE_URL_FILE names .*nowhere"):
        read_settings(DatabaseSettings)


def test_production_refuses_every_local_value_at_once_also_from_files(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "code"
    file.write_text("local-only-4711")
    monkeypatch.setenv("FITBURN_ENV", "production")
    monkeypatch.setenv("DOOR_CODE_FILE", str(file))
    monkeypatch.setenv("DOOR_BELL", "local-only-bell")
    with pytest.raises(UnsafeSettingsError, match="DOOR_CODE, DOOR_BELL"):
        PrefixedSettings()
