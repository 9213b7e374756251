"""FitBurn's tables for SQLAlchemy's ORM, as far as the rivals use them."""

import os
import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, create_engine, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, sessionmaker

# One connection per FastAPI thread.
engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg2://", 1), pool_size=40, max_overflow=0
)
# The commit releases the connection; nothing is read again for the answer.
Session = sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: TIMESTAMP(timezone=True)}  # noqa: RUF012 - SQLAlchemy wants it so


class WithId(Base):
    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))


class Club(WithId):
    __tablename__ = "clubs"

    slug: Mapped[str]
    time_zone: Mapped[str]


class User(WithId):
    __tablename__ = "users"

    club_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clubs.id"))
    user_id: Mapped[str]
    gender: Mapped[str | None]
    birth_year: Mapped[int | None]
    height_cm: Mapped[float | None]
    weight_kg: Mapped[float | None]


class Workout(WithId):
    __tablename__ = "workouts"

    club_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clubs.id"))
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str]
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    ts: Mapped[datetime]
    local_day: Mapped[date]
    workout_type: Mapped[str]
    duration_min: Mapped[float]
    distance_km: Mapped[float | None]
    avg_hr: Mapped[float | None]
    speed_kmh: Mapped[float | None]
    gender: Mapped[str]
    age: Mapped[int]
    height_cm: Mapped[float]
    weight_kg: Mapped[float]


class Prediction(WithId):
    __tablename__ = "predictions"

    workout_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("workouts.id"))
    status: Mapped[str] = mapped_column(default="pending")
    calories_pred: Mapped[float | None]
    model_version: Mapped[str | None]
    points: Mapped[int | None]
    credited_kcal: Mapped[float | None]
    credited_min: Mapped[float | None]
    processed_at: Mapped[datetime | None]
    workout: Mapped[Workout] = relationship()


class PointAccount(WithId):
    __tablename__ = "point_accounts"

    club_id: Mapped[uuid.UUID]
    member_id: Mapped[uuid.UUID | None]
    kind: Mapped[str]


class PointTransfer(WithId):
    __tablename__ = "point_transfers"

    kind: Mapped[str]
    source_id: Mapped[uuid.UUID]
    from_account: Mapped[uuid.UUID]
    to_account: Mapped[uuid.UUID]
    amount: Mapped[int]
