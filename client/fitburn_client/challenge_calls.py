"""Calls about challenges."""

import uuid
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

from fitburn_client.decoding import decode
from fitburn_client.keys import checked_key
from fitburn_client.paging import Calls
from fitburn_client.resources.challenges import Challenge
from fitburn_client.transport import json_of


class ChallengeCalls(Calls):
    """What the API can be asked about challenges."""

    def challenges(
        self, status: str | None = None, user_id: str | None = None, page_size: int = 100
    ) -> Iterator[Challenge]:
        """Challenges of the club, those that end last first, with the progress of the member who is asked for."""
        return self._pages(Challenge, "/challenges", {"status": status, "user_id": user_id}, page_size)

    def challenge(self, challenge_id: str, user_id: str | None = None) -> Challenge:
        """One challenge, with the progress of the member who is asked for."""
        answer = self._transport.call("GET", _challenge_path(challenge_id), query={"user_id": user_id})
        return decode(Challenge, json_of(answer))

    def add_challenge(
        self,
        *,
        title_ru: str,
        title_en: str,
        metric: str,
        starts_on: date,
        ends_on: date,
        goal: int,
        bonus_points: int,
        workout_type: str | None = None,
        idempotency_key: str | None = None,
    ) -> Challenge:
        """Set one up, as an operator. Give a key of your own to make it safe to do again, from another process."""
        key = checked_key(str(uuid.uuid4()) if idempotency_key is None else idempotency_key)
        body = {
            "title_ru": title_ru,
            "title_en": title_en,
            "metric": metric,
            "workout_type": workout_type,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
            "goal": goal,
            "bonus_points": bonus_points,
        }
        answer = self._transport.call("POST", "/challenges", body=body, headers={"Idempotency-Key": key})
        return decode(Challenge, json_of(answer))

    def change_challenge(self, challenge_id: str, **changes: str | int | date | None) -> Challenge:
        """Change fields, named as in Challenge; once somebody was paid (Conflict) only titles. For operators."""
        body = {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
        return decode(Challenge, json_of(self._transport.call("PATCH", _challenge_path(challenge_id), body=body)))

    def cancel_challenge(self, challenge_id: str) -> None:
        """Call a challenge off that has paid nobody; Conflict when it has. For operators."""
        self._transport.call("DELETE", _challenge_path(challenge_id))


def _challenge_path(challenge_id: str) -> str:
    return f"/challenges/{quote(challenge_id, safe='')}"
