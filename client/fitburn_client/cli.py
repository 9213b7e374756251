"""The command `fitburn`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from tqdm import tqdm

from fitburn_client import arguments
from fitburn_client.client import FitBurn
from fitburn_client.csv_import import command as csv_import
from fitburn_client.csv_import import options as import_options
from fitburn_client.csv_import.errors import CsvImportError
from fitburn_client.errors import FitBurnError
from fitburn_client.resources.predictions import Prediction
from fitburn_client.resources.workouts import Workout

COULD_NOT_RUN = 2
INTERRUPTED = 130
RETRY_FOR_SEC = 120.0
"""How long the command retries while the API is unreachable or overloaded."""

Command = Callable[[FitBurn, argparse.Namespace], int]


class UsageError(Exception):
    """A required option or variable is missing or wrong."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 success, 1 refused in part, 2 could not run."""
    args = _parser().parse_args(argv)
    try:
        with FitBurn(*_access(args), retry_for=RETRY_FOR_SEC, on_retry=_report_retry) as client:
            command: Command = args.command
            return command(client, args)
    except (FitBurnError, CsvImportError, UsageError, OSError, ValueError) as error:
        print(f"fitburn: {error}", file=sys.stderr)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        return INTERRUPTED


def submit(client: FitBurn, args: argparse.Namespace) -> int:
    """Submit one workout and wait for its calories."""
    values = {name: value for name in Workout.__dataclass_fields__ if (value := getattr(args, name)) is not None}
    just_finished = datetime.now(UTC) - timedelta(minutes=args.duration_min)
    submission = client.workouts.submit(Workout(**{"ts": just_finished} | values), args.idempotency_key)
    print(f"{submission.workout_id}  {'was there already' if submission.replayed else 'accepted'}")
    print(_result(client.predictions.wait(submission.workout_id, timeout=args.wait)))
    return 0


def recent(client: FitBurn, args: argparse.Namespace) -> int:
    """List workouts, newest first."""
    for workout in client.workouts.recent(args.user_id, args.status).first(args.limit):
        start, member = f"{workout.ts:%Y-%m-%d %H:%M}Z", workout.user_id or ""
        what = f"{start}  {member:<16} {workout.workout_type:<11} {workout.duration_min:6.1f} min"
        print(f"{what}  {_result(workout)}")
    return 0


def balance(client: FitBurn, args: argparse.Namespace) -> int:
    """Print a member's points."""
    print(client.points.get(args.user_id).balance)
    return 0


def health(client: FitBurn, args: argparse.Namespace) -> int:
    """Print the API's health; the exit code is 0 if it is ok."""
    state = client.operations.health()
    print("  ".join(f"{name}: {value}" for name, value in state.items()))
    return 0 if state["status"] == "ok" else 1


def import_file(client: FitBurn, args: argparse.Namespace) -> int:
    """Score the workouts of CSV files."""
    client.operations.health()
    return csv_import.run(client, args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fitburn",
        description="Workouts in, calories and points out.",
        epilog="fitburn COMMAND --help shows the options.",
    )
    parser.add_argument("--url", help="the API (default: $FITBURN_API_URL)")
    parser.add_argument("--key", help="partner key or member token (default: $FITBURN_API_KEY)")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    command = _command(commands, "import", import_file, epilog=import_options.EPILOG)
    import_options.add_arguments(command)

    command = _command(commands, "submit", submit)
    _add_workout(command)

    command = _command(commands, "recent", recent)
    command.add_argument("--user-id", help="only this member's")
    command.add_argument("--status", choices=("pending", "done", "failed"))
    command.add_argument("--limit", type=arguments.count, default=20, help="how many (20)")

    command = _command(commands, "balance", balance)
    command.add_argument("user_id", nargs="?", help="the member (default: the one whose token it is)")

    _command(commands, "health", health, needs_key=False)
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    command: Command,
    *,
    needs_key: bool = True,
    epilog: str | None = None,
) -> argparse.ArgumentParser:
    summary = command.__doc__
    parser = commands.add_parser(
        name, help=summary, description=summary, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(command=command, needs_key=needs_key)
    return parser


def _add_workout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user-id", help="the member; needed with a partner key")
    parser.add_argument("--minutes", dest="duration_min", type=arguments.minutes, required=True, help="duration")
    parser.add_argument("--type", dest="workout_type", help="such as running, strength, yoga (default: running)")
    parser.add_argument("--ts", type=arguments.moment, help="start, ISO 8601 with zone (default: it ends now)")
    parser.add_argument("--gender", type=arguments.gender, help="this and the next three until the member is known")
    parser.add_argument("--age", type=arguments.years)
    parser.add_argument("--height-cm", type=arguments.number)
    parser.add_argument("--weight-kg", type=arguments.number)
    parser.add_argument("--avg-hr", type=arguments.number, help="mean heart rate, beats per minute")
    parser.add_argument("--distance-km", type=arguments.number)
    parser.add_argument("--speed-kmh", type=arguments.number)
    parser.add_argument("--calories-measured", type=arguments.number, help="kcal from a device, for comparison")
    parser.add_argument("--idempotency-key", help="makes a second call with the same key harmless")
    parser.add_argument("--wait", type=arguments.seconds, default=30.0, metavar="SECONDS", help="for the result (30)")


def _access(args: argparse.Namespace) -> tuple[str, str | None]:
    url = args.url or os.environ.get("FITBURN_API_URL")
    key = args.key or os.environ.get("FITBURN_API_KEY")
    if not url:
        raise UsageError("where is the API? Set FITBURN_API_URL or give --url, before the command")
    if args.needs_key and not key:
        raise UsageError("no key: set FITBURN_API_KEY to a partner key (fbk_…) or give --key, before the command")
    return url, key


def _result(prediction: Prediction) -> str:
    if prediction.calories_pred is None:
        return prediction.status + (f" ({prediction.error_code})" if prediction.error_code else "")
    held = f"  held: {', '.join(prediction.hold_reasons)}" if prediction.standing == "held" else ""
    return f"{prediction.calories_pred:7.1f} kcal  {prediction.points or 0:4d} points{held}"


def _report_retry(error: FitBurnError, pause_sec: float) -> None:
    tqdm.write(f"fitburn: {error}; retrying in {pause_sec:.0f} s", file=sys.stderr)
