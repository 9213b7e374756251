"""The caller's club."""

from dataclasses import dataclass

from fitburn_client.resource import Resource

__all__ = ["Club"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """`time_zone` is an IANA name: days of the club are days in this zone."""

    slug: str
    name: str
    time_zone: str


class ClubResource(Resource):
    """Calls under `client.club`."""

    def get(self) -> Club:
        """The club of the key or token. NotFoundError from an API that is older than this operation."""
        return self._get(Club, "/club")
