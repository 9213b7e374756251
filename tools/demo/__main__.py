"""`make demo`: a week of a small club, its shop and challenges, through the API, and what its members earned.

A second run on the same day adds nothing, and a run on a later day only the days since (tools/demo/visits.py).
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime

from tqdm import tqdm

from fitburn_client import FitBurn, FitBurnError
from local import accounts, services, shell_env
from local.errors import StackError
from local.settings import Settings
from tools.demo import earnings, logins, members, offers
from tools.demo.earnings import Earned
from tools.demo.visits import visits

SCORING_TIMEOUT_SEC = 60.0


def main() -> int:
    """Runs the demo; returns the exit code."""
    try:
        url, key = _access()
        with FitBurn(url, key) as api:
            api.operations.health()
            own_id = _open_accounts(api)
            offers.set_up(logins.operator(Settings.read().folder, api), datetime.now(UTC).date())
            _play(api, own_id)
    except (FitBurnError, StackError) as error:
        print(f"demo: {error}\nIs the stack running? Start it with `make up`.", file=sys.stderr)
        return 2
    return 0


def _access() -> tuple[str, str]:
    variables = {**shell_env.read(Settings.read().folder), **os.environ}
    try:
        return variables["FITBURN_API_URL"], variables["FITBURN_API_KEY"]
    except KeyError as missing:
        raise StackError(f"{missing.args[0]} is not set.") from None


def _open_accounts(api: FitBurn) -> str:
    """The id of the member who can log in; their body is that of the guest."""
    settings = Settings.read()
    guest_api = logins.ensure(settings.folder, api, services.database_environment(settings))
    body, this_year = members.guest(), datetime.now(UTC).year
    profile = guest_api.me.update(
        gender=body.gender,
        birth_year=this_year - body.age,
        height_cm=float(body.height_cm),
        weight_kg=body.weight_kg,
    )
    return profile.user_id


def _play(api: FitBurn, own_id: str) -> None:
    now = datetime.now(UTC)
    plan = list(visits(members.club(), now))
    plan += [(member, replace(workout, user_id=own_id), key) for member, workout, key in visits([members.guest()], now)]
    results = list(api.workouts.submit_bulk((workout, key) for _, workout, key in plan))
    refused = [result for result in results if result.error]
    by_id = {result.workout_id: plan[result.index] for result in results if result.workout_id}
    there = sum(result.replayed for result in results)
    print(f"{len(by_id)} workouts handed in, {there} of them were there already.")
    for result in refused:
        print(f"refused: {plan[result.index][1].user_id}: {result.error}")
    earned: dict[str, Earned] = {}
    scoring = api.predictions.wait_all(by_id, timeout=SCORING_TIMEOUT_SEC)
    for prediction in tqdm(scoring, total=len(by_id), desc="scoring", unit=" workouts", disable=None, leave=False):
        member, workout, _ = by_id[prediction.workout_id]
        earned.setdefault(member.name, Earned()).add(workout, prediction)
    print("\n".join(earnings.table(earned)))
    print("\n  Accounts for a look around:")
    for account in accounts.read(Settings.read().folder):
        print(f"  {account.role:<10}{account.email}   {account.password}")


if __name__ == "__main__":
    sys.exit(main())
