"""Calls about levels and streaks."""

from fitburn_client.decoding import decode
from fitburn_client.paging import Calls, member_path
from fitburn_client.resources.progress import Level, Progress, WeeklyTarget
from fitburn_client.transport import json_of


class ProgressCalls(Calls):
    """What the API can be asked about levels and streaks."""

    def progress(self, user_id: str | None = None) -> Progress:
        """Level and streak of a member; of the token's own member without `user_id`."""
        return decode(Progress, json_of(self._transport.call("GET", member_path(user_id, "progress"))))

    def levels(self) -> tuple[Level, ...]:
        """The ladder of levels, from the bottom."""
        answer = json_of(self._transport.call("GET", "/levels"), "items")
        return tuple(decode(Level, item) for item in answer["items"])

    def weekly_target(self) -> WeeklyTarget:
        """What a week takes to count for a streak."""
        return decode(WeeklyTarget, json_of(self._transport.call("GET", "/club/weekly-target")))

    def set_weekly_target(self, workouts: int) -> WeeklyTarget:
        """Set what a week takes, from the next week on. For operators."""
        answer = self._transport.call("PUT", "/club/weekly-target", body={"workouts": workouts})
        return decode(WeeklyTarget, json_of(answer))
