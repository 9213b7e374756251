"""What is in the database, to show that a refused request left nothing behind."""

from sqlalchemy import Engine, text

TABLES = ("clubs", "users", "workouts", "predictions", "point_accounts", "point_transfers", "api_keys", "sessions")


class Traces:
    """Remembers how many rows every table has, and how each member's profile looks."""

    def __init__(self, owner: Engine) -> None:
        self._owner = owner
        self.reset()

    def reset(self) -> None:
        self._before = self._look()

    def left(self) -> dict[str, tuple[object, object]]:
        """What is different now: before and after."""
        now = self._look()
        return {name: (was, now[name]) for name, was in self._before.items() if was != now[name]}

    def _look(self) -> dict[str, object]:
        with self._owner.connect() as connection:
            seen: dict[str, object] = {
                name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in TABLES
            }
            everybody = text("select md5(string_agg(users::text, ',' order by id)) from users")
            seen["members"] = connection.execute(everybody).scalar_one()
            return seen
