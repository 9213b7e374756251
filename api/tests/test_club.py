"""GET /club."""

from gym import Gym
from service import Service
from sqlalchemy import Engine


def test_club_is_named_with_its_time_zone_and_needs_no_scope(api: Service, owner: Engine) -> None:
    gym = Gym(owner, time_zone="Europe/Moscow")
    answer = api.get(gym.add_key("stats:read"), "/club")
    assert answer.json() == {"slug": gym.slug, "name": "A gym", "time_zone": "Europe/Moscow"}
