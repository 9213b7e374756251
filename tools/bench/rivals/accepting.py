"""One request, one session: the member, the workout and its pending prediction."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.orm import Session

from tools.bench.rivals import tables
from tools.bench.rivals.body import WorkoutIn, local_day
from tools.bench.rivals.tables import Club, Prediction, User, Workout

CLUB = "main"


def open_session() -> Iterator[Session]:
    with tables.Session() as session:
        yield session


SessionOfRequest = Annotated[Session, Depends(open_session)]


def accept(session: Session, body: WorkoutIn) -> Prediction:
    """Adds the rows of the request; the caller commits."""
    club = session.scalars(select(Club).where(Club.slug == CLUB)).one()
    workout = Workout(
        club_id=club.id,
        member_id=find_or_add(session, club, body).id,
        source="partner:bench",
        request_hash=hashlib.sha256(body.model_dump_json().encode()).digest(),
        local_day=local_day(body.ts, club.time_zone),
        **body.model_dump(exclude={"user_id"}),
    )
    prediction = Prediction(workout=workout)
    session.add(prediction)
    session.flush()
    return prediction


def find_or_add(session: Session, club: Club, body: WorkoutIn) -> User:
    user = session.scalars(select(User).where(User.club_id == club.id, User.user_id == body.user_id)).one_or_none()
    if user is None:
        profile = {"gender": body.gender, "height_cm": body.height_cm, "weight_kg": body.weight_kg}
        user = User(club_id=club.id, user_id=body.user_id, birth_year=body.ts.year - body.age, **profile)
        session.add(user)
        session.flush()
    return user
