"""Settings that services share: small frozen groups, read from the environment once, in main."""

import sys
from typing import Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from fitburn.errors import UnsafeSettingsError

LOCAL_MARK = "local-only"
"""Every secret made for a local machine contains this, so that production can tell."""


class Settings(BaseSettings):
    """A group of settings. In production no value may carry the mark of a local machine."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    fitburn_env: Literal["local", "production"] = "local"

    @model_validator(mode="after")
    def _refuse_local_values(self) -> Self:
        if self.fitburn_env == "production":
            for name, value in self:
                plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
                if LOCAL_MARK in plain:
                    raise UnsafeSettingsError(
                        f"{name.upper()} still has its value for a local machine. Set a secret of your own, "
                        "or FITBURN_ENV=local if this is not production."
                    )
        return self


class DatabaseSettings(Settings):
    database_url: SecretStr
    database_role: str = "fitburn_app"
    """Role that every connection takes on; it cannot change what has been booked."""
    database_pool_size: int = Field(default=8, ge=1, le=100)


class BrokerSettings(Settings):
    rabbitmq_url: SecretStr | None = None
    """None: the database is the queue."""


AnySettings = TypeVar("AnySettings", bound=Settings)


def read_settings(group: type[AnySettings]) -> AnySettings:
    """The group from the environment, or the end of the process with a sentence for each thing that is wrong."""
    try:
        return group()
    except UnsafeSettingsError as error:
        sys.exit(f"Refused to start in production: {error}")
    except ValidationError as error:
        # Only names and reasons: a value may be a secret.
        lines = [f"  {'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        sys.exit("Settings are missing or wrong in the environment (.env explains them):\n" + "\n".join(lines))
