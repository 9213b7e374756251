"""The caller's club."""

from typing import Any

from app.club import queries
from app.club.schemas import ClubOut
from app.http.routing import noun_router
from app.resources import Res
from app.rights import AnyCaller

router = noun_router("club")


@router.get("/club", response_model=ClubOut, summary="Get the caller's club")
def get_own_club(resources: Res, caller: AnyCaller) -> Any:
    """Name and time zone of the club of the key or token. Needs no scope: every sender of times needs the zone."""
    with resources.reading() as connection:
        return queries.read_club(connection, caller.club_id)
