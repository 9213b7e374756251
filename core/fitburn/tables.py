"""The online tables for SQLAlchemy Core. The schema in `db/init` is authoritative; a test compares the two."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

metadata = MetaData()


def _uuid(name: str, *arguments: Any, **options: Any) -> Column[Any]:
    return Column(name, UUID(as_uuid=True), *arguments, **options)


def _timestamp(name: str, nullable: bool = True) -> Column[Any]:
    return Column(name, TIMESTAMP(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = True) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _number(name: str, nullable: bool = True) -> Column[Any]:
    return Column(name, Double, nullable=nullable)


clubs = Table(
    "clubs",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _text("slug", nullable=False),
    _text("name", nullable=False),
    _text("time_zone", nullable=False),
    Column("points_valid_for", Interval),
    Column("points_valid_since", Date),
    _timestamp("created_at", nullable=False),
)

users = Table(
    "users",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _uuid("club_id", ForeignKey("clubs.id"), nullable=False),
    _text("user_id", nullable=False),
    _text("gender"),
    Column("birth_year", SmallInteger),
    _number("height_cm"),
    _number("weight_kg"),
    _text("email"),
    _text("password_hash"),
    _text("role", nullable=False),
    _text("display_name"),
    Column("leaderboard_opt_out", Boolean, nullable=False),
    _text("language"),
    _text("units", nullable=False),
    _timestamp("created_at", nullable=False),
)

workouts = Table(
    "workouts",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _uuid("club_id", ForeignKey("clubs.id"), nullable=False),
    _uuid("member_id", ForeignKey("users.id"), nullable=False),
    _text("source", nullable=False),
    _text("idempotency_key"),
    Column("request_hash", LargeBinary, nullable=False),
    _timestamp("ts", nullable=False),
    Column("local_day", Date, nullable=False),
    _text("workout_type", nullable=False),
    _number("duration_min", nullable=False),
    _number("distance_km"),
    _number("avg_hr"),
    _number("speed_kmh"),
    _number("calories_measured"),
    _text("gender", nullable=False),
    Column("age", SmallInteger, nullable=False),
    _number("height_cm", nullable=False),
    _number("weight_kg", nullable=False),
    _timestamp("created_at", nullable=False),
)

predictions = Table(
    "predictions",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _uuid("workout_id", ForeignKey("workouts.id"), nullable=False),
    _text("status", nullable=False),
    _number("calories_pred"),
    _text("model_version"),
    Column("points", Integer),
    _text("points_rule"),
    Column("points_reasons", ARRAY(Text), nullable=False),
    Column("hold_reasons", ARRAY(Text), nullable=False),
    _number("credited_kcal"),
    _number("credited_min"),
    Column("attempts", SmallInteger, nullable=False),
    _timestamp("claimed_at"),
    _text("error_code"),
    _timestamp("created_at", nullable=False),
    _timestamp("processed_at"),
    Column("held_points", Integer),
    _text("review"),
    _text("review_reason"),
    _text("reviewed_by"),
    _timestamp("reviewed_at"),
    _text("standing"),
)

point_accounts = Table(
    "point_accounts",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _uuid("club_id", ForeignKey("clubs.id"), nullable=False),
    _uuid("member_id", ForeignKey("users.id")),
    _text("kind", nullable=False),
    Column("balance", BigInteger, nullable=False),
    _timestamp("created_at", nullable=False),
)

point_transfers = Table(
    "point_transfers",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _text("kind", nullable=False),
    _uuid("source_id", nullable=False),
    _uuid("from_account", ForeignKey("point_accounts.id"), nullable=False),
    _uuid("to_account", ForeignKey("point_accounts.id"), nullable=False),
    Column("amount", Integer, nullable=False),
    _timestamp("created_at", nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    _uuid("id", primary_key=True, server_default=text("uuidv7()")),
    _uuid("club_id", ForeignKey("clubs.id"), nullable=False),
    _text("name", nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    _timestamp("created_at", nullable=False),
    _timestamp("revoked_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _uuid("member_id", ForeignKey("users.id"), nullable=False),
    _timestamp("created_at", nullable=False),
    _timestamp("expires_at", nullable=False),
    _timestamp("renewable_until", nullable=False),
    _timestamp("revoked_at"),
)
