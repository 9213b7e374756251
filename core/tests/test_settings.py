import pytest

from fitburn.errors import UnsafeSettingsError
from fitburn.settings import DatabaseSettings, read_settings

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


def test_what_is_missing_is_named(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="DATABASE_URL"):
        read_settings(DatabaseSettings)


def test_a_secret_is_not_shown_when_settings_are_printed(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://fitburn:sesame@localhost/fitburn")
    assert "sesame" not in repr(DatabaseSettings())
