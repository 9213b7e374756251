"""Progress, tables and addresses for the terminal."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from local.accounts import Account
from local.runner import Process


def announce(text: str) -> None:
    """Prints without buffering, so that progress shows through pipes too."""
    print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Prints one line of progress: the name of the step and how long it took."""
    print(f"  {name} … ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        announce("failed")
        raise
    announce(f"ready ({time.monotonic() - started:.1f} s)")


def table(processes: Iterable[Process]) -> str:
    """Name, pid, ports and state of each process."""
    rows = [("NAME", "PID", "PORT", "STATE")]
    for process in processes:
        ports = " ".join(map(str, process.listening_ports()))
        rows.append((process.name, str(process.pid or "-"), ports or "-", process.state.lower()))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def addresses(variables: Mapping[str, str], folder: Path, accounts: Sequence[Account]) -> str:
    """URLs and log-ins of the stack, and a first request. `variables` are those of the shell file."""
    api = variables["FITBURN_API_URL"]
    queue = variables["RABBITMQ_URL"]
    airflow = variables.get("AIRFLOW_URL")
    starting = "(admin / admin; still starting, `make ps` says how far it is)"
    airflow_is = f"{airflow}   {starting}" if airflow else "left out (AIRFLOW=0)"
    return f"""
  pages        {variables["FITBURN_UI_URL"]}{"".join(map(_log_in, accounts)) or "   (`make demo` makes accounts)"}
  API          {api}   (its documentation: {api}/docs)
  PostgreSQL   {without_password(variables["DATABASE_URL"])}
  queue        {without_password(queue) if queue else "the database's own"}
  Airflow      {airflow_is}
  logs         {folder / "logs"}
  your shell   . {folder / "env"}    then: fitburn --help, or psql "$DATABASE_URL"

Send a first workout:

{_first_request(api, variables["FITBURN_API_KEY"])}
"""


def _log_in(account: Account) -> str:
    return f"\n               {account.email}  {account.password}   ({account.role})"


def _first_request(api: str, key: str) -> str:
    """A curl command that works when pasted: a run that ended a minute ago."""
    started = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=36)
    workout = {
        "user_id": "u1",
        "gender": "Male",
        "age": 30,
        "height_cm": 180,
        "weight_kg": 80,
        "ts": started.isoformat().replace("+00:00", "Z"),
        "duration_min": 35,
        "distance_km": 5.2,
        "avg_hr": 145,
        "speed_kmh": 8.9,
        "workout_type": "running",
    }
    headers = f"-H 'Authorization: Bearer {key}' -H 'Content-Type: application/json'"
    return f"curl -i {api}/workouts {headers} -d '{json.dumps(workout, separators=(',', ':'))}'"


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url


def changes(before: Mapping[str, Process], after: Mapping[str, Process]) -> Iterator[str]:
    """A sentence for each process that the runner restarted."""
    for name, process in after.items():
        previous = before.get(name)
        if previous and previous.pid and process.pid and previous.pid != process.pid:
            yield f"{name} ended and was started again (pid {previous.pid} -> {process.pid})"
