"""Python client of FitBurn Rewards.

>>> from fitburn_client import FitBurn, Workout
>>> client = FitBurn("http://localhost:8000", "fbk_…")                                             # doctest: +SKIP
>>> submission = client.workouts.submit(Workout(user_id="u1", ts=start, duration_min=35, ...))     # doctest: +SKIP
>>> client.predictions.wait(submission.workout_id).points                                          # doctest: +SKIP
"""

# Each module's `__all__` is the one list of the names that it exports.
# ruff: noqa: F403

from fitburn_client.client import FitBurn as FitBurn
from fitburn_client.errors import *
from fitburn_client.paging import Page as Page
from fitburn_client.paging import Paginated as Paginated
from fitburn_client.paging import Paginator as Paginator
from fitburn_client.resources.accounts import *
from fitburn_client.resources.audit import *
from fitburn_client.resources.boards import *
from fitburn_client.resources.challenges import *
from fitburn_client.resources.club import *
from fitburn_client.resources.me import *
from fitburn_client.resources.members import *
from fitburn_client.resources.operations import *
from fitburn_client.resources.points import *
from fitburn_client.resources.predictions import *
from fitburn_client.resources.progress import *
from fitburn_client.resources.redemptions import *
from fitburn_client.resources.review import *
from fitburn_client.resources.rewards import *
from fitburn_client.resources.rules import *
from fitburn_client.resources.stats import *
from fitburn_client.resources.workouts import *
