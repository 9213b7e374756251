"""Long histories to read from. They are created once and kept, because five million workouts take minutes."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from local.ports import free_ports
from local.settings import ROOT
from tools.bench import load, processes
from tools.bench.processes import Program
from tools.bench.stack import FOLDER, Stack

SCHEMA = ROOT / "db" / "init"

DAYS = 180
WORKOUTS_OF_A_MEMBER = 77
"""The club grows with the history, so that a page of the club or of a member is equally full in each."""
SIZES = (10_000, 1_000_000)
FULL_SIZES = (*SIZES, 5_000_000)

KINDS = ("predictions", "recent_of_club", "recent_of_member")
PATHS = 100
"""Few enough that their data stay in memory: index access is compared, not the disk of the machine."""

SAMPLE = """
    with sampled as (
        select id, member_id from workouts tablesample system (%s)
    )
    select w.id::text, u.user_id
    from sampled as w
    join users as u on u.id = w.member_id
    order by random()
    limit %s
"""


@dataclass
class History:
    """An API on a history with this number of workouts."""

    workouts: int
    url: str
    key: str
    paths: dict[str, Path]


@contextmanager
def served_histories(stack: Stack, sizes: tuple[int, ...]) -> Iterator[list[History]]:
    """An API for each size. Drops histories of an earlier schema, whose indexes may differ."""
    schema = f"history_{_schema()}_"
    stack.drop_databases("history_", but=schema)
    with ExitStack() as cleanup:
        yield [_serve(stack, f"{schema}{size}", size, cleanup) for size in sizes]


def warm_up(history: History) -> None:
    """Reads everything once, since a member's page in a long history needs a hundred reads from a cold disk."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {history.key}"
        for path in {path for file in history.paths.values() for path in file.read_text().split()}:
            session.get(history.url + path, timeout=60).raise_for_status()


def read(history: History, kind: str, *, connections: int, seconds: int) -> load.Answers:
    answers = load.get(history.url, history.key, history.paths[kind], connections=connections, seconds=seconds)
    if answers.refused or answers.broken:
        raise RuntimeError(f"{answers.refused + answers.broken} reads of {kind} were refused; see the logs in {FOLDER}")
    return answers


def _schema() -> str:
    """A short fingerprint of the schema."""
    digest = hashlib.sha256()
    for file in sorted(SCHEMA.glob("*.sql")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def _serve(stack: Stack, database: str, size: int, cleanup: ExitStack) -> History:
    is_new = not stack.has_database(database)
    url = stack.make_database(database)
    if is_new or not stack.sql("select exists (select from workouts)", url=url)[0][0]:
        _seed(stack, url, size)
    [port] = free_ports(1)
    command, folder, variables = stack.api_program(url, port)
    program = Program(f"api-{database}", command, folder, variables, FOLDER / "logs" / f"api-{database}.log")
    program.start()
    cleanup.callback(program.stop)
    address, key = f"http://127.0.0.1:{port}", stack.make_key(url)
    processes.wait_until(lambda: _is_up(program, address), f"the API on {size:,} workouts answers")
    return History(size, address, key, _write_paths(stack, url, size))


def _seed(stack: Stack, url: str, size: int) -> None:
    print(f"Making a history of {size:,} workouts (once; it is kept in {FOLDER}) …", flush=True)
    stack.seed(url, workouts=size, members=size // WORKOUTS_OF_A_MEMBER, days=DAYS)
    stack.sql("vacuum analyze", url=url)


def _is_up(program: Program, address: str) -> bool:
    program.check()
    try:
        return requests.get(f"{address}/health", timeout=2).ok
    except requests.RequestException:
        return False


def _write_paths(stack: Stack, url: str, size: int) -> dict[str, Path]:
    """Workouts and members from the whole history, in random order."""
    # tablesample draws whole pages, so ask for more rows than needed.
    sample = stack.sql(SAMPLE, [min(100.0, 100.0 * 10 * PATHS / size), PATHS], url)
    lines = {
        "predictions": [f"/predictions/{workout_id}" for workout_id, _ in sample],
        "recent_of_club": ["/workouts/recent?limit=50"],
        "recent_of_member": [f"/workouts/recent?limit=50&user_id={user_id}" for _, user_id in sample],
    }
    files = {kind: FOLDER / f"paths-{size}-{kind}.txt" for kind in KINDS}
    for kind, file in files.items():
        file.write_text("".join(f"{line}\n" for line in lines[kind]))
    return files
