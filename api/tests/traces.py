"""Snapshots of the database, to show that a rejected request wrote nothing."""

from sqlalchemy import Engine, text

TABLES = ("clubs", "users", "workouts", "predictions", "point_accounts", "point_transfers", "api_keys", "sessions")


class Traces:
    """Remembers the row count of every table and a digest of all profiles."""

    def __init__(self, owner: Engine) -> None:
        self._owner = owner
        self.reset()

    def reset(self) -> None:
        self._before = self._snapshot()

    def changes(self) -> dict[str, tuple[object, object]]:
        """Differences to the last snapshot: before and after."""
        after = self._snapshot()
        return {name: (before, after[name]) for name, before in self._before.items() if before != after[name]}

    def _snapshot(self) -> dict[str, object]:
        with self._owner.connect() as connection:
            snapshot: dict[str, object] = {
                name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in TABLES
            }
            profiles = text("select md5(string_agg(users::text, ',' order by id)) from users")
            snapshot["members"] = connection.execute(profiles).scalar_one()
            return snapshot
