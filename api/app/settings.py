"""Settings of the API, from the environment."""

from datetime import timedelta
from typing import Annotated

from limits import RateLimitItem, parse
from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from fitburn.settings import Settings

NO_LIMIT = "off"


def _read_limit(value: object) -> RateLimitItem | None:
    if value == NO_LIMIT:
        return None
    try:
        return parse(str(value))
    except ValueError:
        raise ValueError(f"should be a limit such as 100/minute or 5000/hour, or {NO_LIMIT}") from None


RateLimit = Annotated[RateLimitItem | None, BeforeValidator(_read_limit)]


class ApiSettings(Settings):
    fitburn_token_secret: SecretStr = Field(min_length=32)
    """Signs members' tokens."""
    fitburn_token_minutes: int = Field(default=60, ge=1, le=24 * 60)
    """Lifetime of a token that is not renewed."""
    fitburn_session_hours: int = Field(default=24, ge=1, le=7 * 24)
    """How long after login a token can still be renewed."""
    fitburn_remember_days: int = Field(default=30, ge=1, le=365)
    """Lifetime of a token that was issued with `remember`."""
    fitburn_log_level: str = "INFO"
    fitburn_gauges_sec: float = Field(default=10.0, ge=0.1)
    """Interval at which the gauges are read from the database."""

    fitburn_grafana_url: AnyHttpUrl | None = None
    fitburn_airflow_url: AnyHttpUrl | None = None
    """Links for operators, shown by GET /stats/system."""

    @property
    def links(self) -> dict[str, str | None]:
        sites = {"grafana": self.fitburn_grafana_url, "airflow": self.fitburn_airflow_url}
        return {name: str(url) if url else None for name, url in sites.items()}

    @property
    def token_lifetime(self) -> timedelta:
        return timedelta(minutes=self.fitburn_token_minutes)

    @property
    def session_lifetime(self) -> timedelta:
        return timedelta(hours=self.fitburn_session_hours)

    @property
    def remembered_lifetime(self) -> timedelta:
        return timedelta(days=self.fitburn_remember_days)


class GroupCommitSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="GROUP_COMMIT_", frozen=True, extra="ignore")

    max_items: int = Field(default=2_000, ge=1)
    """Maximum workouts in one transaction; a bulk request is never split."""
    max_waiting: int = Field(default=20_000, ge=1)
    """Maximum workouts that wait for a transaction; beyond it, requests get 503 with Retry-After."""


class RateLimitSettings(Settings):
    """Rate limits such as 100/minute, or off. Each API process counts separately."""

    model_config = SettingsConfigDict(
        env_prefix="RATE_LIMIT_", frozen=True, extra="ignore", env_ignore_empty=True, arbitrary_types_allowed=True
    )

    per_key: RateLimit = parse("600000/minute")
    """Per partner's key. Above the capacity of one process, so that it stops only a runaway client."""
    per_member: RateLimit = parse("1200/minute")
    """Per logged-in member: a person's app sends a few requests a second at most."""
    per_address: RateLimit = parse("600/minute")
    """Logins and registrations per client address, which a whole gym or the UI server may share."""
    per_account: RateLimit = parse("20/minute")
    """Logins and registrations per e-mail and client address."""
