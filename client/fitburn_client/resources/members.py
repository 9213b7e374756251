"""Members: finding those of a club."""

from dataclasses import dataclass
from datetime import datetime

from fitburn_client.paging import Paginated
from fitburn_client.resource import Resource

__all__ = ["FoundMember"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMember:
    """A member of the club as its operators find them."""

    user_id: str
    created_at: datetime
    display_name: str | None = None
    email: str | None = None
    role: str = "member"


class MembersResource(Resource):
    """Calls under `client.members`."""

    def search(self, text: str) -> Paginated[FoundMember]:
        """Members whose name, e-mail or id has words that begin like those of `text`, latest first. For operators."""
        return self._list(FoundMember, "/members", {"q": text})
