"""Settings that services share: small frozen groups, read from the environment once, in main."""

import os
import sys
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from fitburn.errors import ConflictingSettingsError, UnsafeSettingsError

LOCAL_MARK = "local-only"
"""Every secret for a local machine contains this, so that production can refuse it."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads the value of NAME from the file that NAME_FILE names, as orchestrators mount secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = variable(self.config, field_name)
        file = os.environ.get(f"{name}_FILE")
        if not file:
            return None, field_name, False
        if os.environ.get(name):
            raise ConflictingSettingsError(f"Both {name} and {name}_FILE are set. Set one of them.")
        try:
            return Path(file).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise ConflictingSettingsError(
                f"{name}_FILE names {file}, which cannot be read: {error.strerror}"
            ) from None

    def __call__(self) -> dict[str, Any]:
        read = ((name, self.get_field_value(field, name)[0]) for name, field in self.settings_cls.model_fields.items())
        return {name: value for name, value in read if value is not None}


def variable(config: SettingsConfigDict, field_name: str) -> str:
    """Name of the field's environment variable."""
    return f"{config.get('env_prefix', '')}{field_name}".upper()


class Settings(BaseSettings):
    """A group of settings, from the environment or from files that it names.

    In production no value may contain LOCAL_MARK.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # Without the group's prefix: the environment is the same for all groups.
    fitburn_env: Literal["local", "production"] = Field(default="local", validation_alias="FITBURN_ENV")

    @model_validator(mode="after")
    def _refuse_local_values(self) -> Self:
        local = [variable(self.model_config, name) for name, value in self if LOCAL_MARK in _plain(value)]
        if self.fitburn_env == "production" and local:
            raise UnsafeSettingsError(
                f"{', '.join(local)} still has its value for a local machine. Set a secret of your own, "
                "or FITBURN_ENV=local if this is not production."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        *sources: PydanticBaseSettingsSource,
        **named_sources: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return named_sources["init_settings"], named_sources["env_settings"], SecretFiles(settings_cls)


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class DatabaseSettings(Settings):
    database_url: SecretStr
    database_role: str = "fitburn_app"
    """Role that every connection assumes; it cannot change booked transfers."""
    database_pool_size: int = Field(default=8, ge=1, le=100)


class BrokerSettings(Settings):
    rabbitmq_url: SecretStr | None = None
    """None: the database is the queue."""


AnySettings = TypeVar("AnySettings", bound=Settings)


def read_settings(group: type[AnySettings]) -> AnySettings:
    """Read the group from the environment. Exits the process with one sentence for each invalid setting."""
    try:
        return group()
    except UnsafeSettingsError as error:
        sys.exit(f"Refused to start in production: {error}")
    except ConflictingSettingsError as error:
        sys.exit(str(error))
    except ValidationError as error:
        # Only names and reasons: a value may be a secret.
        lines = [f"  {'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        sys.exit("Settings are missing or wrong in the environment (.env explains them):\n" + "\n".join(lines))
