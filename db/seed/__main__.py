"""Creates a club's history: python -m db.seed --members 2500 --days 90 --workouts 75000

Everything is written in one transaction; an interrupted run leaves nothing behind. The same club, seed and `--until`
yield the same history.
"""

import argparse
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Engine, text
from tqdm import tqdm

from db.connection import connect
from db.seed import visits
from db.seed.copying import Lines, Names, copy, history_lines, member_lines, new_ids, user_id
from db.seed.members import Roster, draw_members
from db.seed.scoring import Ledgers, load_model, predict, unfold
from db.seed.visits import Calendar

MODELS = Path(__file__).parents[2] / "models"
BLOCK = 40_000
"""Workouts scored and copied together: large enough for the model, small enough for memory."""
MOST_A_DAY = 2

FIND_CLUB = text("""
select
    c.id::text, c.time_zone, a.id::text as account,
    exists (select from workouts where club_id = c.id) as in_use,
    exists (select from users where club_id = c.id and user_id = :first_member) as seeded
from clubs as c
join point_accounts as a on a.club_id = c.id and a.kind = 'issued'
where c.slug = :slug
""")
FIND_ACCOUNTS = text("""
select member_id::text, id::text from point_accounts where club_id = cast(:club as uuid) and kind = 'member'
""")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m db.seed", description=__doc__.splitlines()[0])
    parser.add_argument("--club", default="main", help="short name of the club (main)")
    parser.add_argument("--members", type=int, default=2_500)
    parser.add_argument("--days", type=int, default=90, help="the last one is today")
    parser.add_argument("--workouts", type=int, default=75_000)
    parser.add_argument("--seed", type=int, default=2026, help="another number, another history")
    parser.add_argument("--until", type=datetime.fromisoformat, help="moment at which the history ends (now)")
    parser.add_argument("--again", action="store_true", help="add to a club that has workouts already")
    parser.add_argument(
        "--once", action="store_true", help="leave a club that has workouts as it is, without complaint"
    )
    args = parser.parse_args(arguments)
    if min(args.members, args.days, args.workouts) < 1:
        parser.error("--members, --days and --workouts are at least 1")
    if args.workouts > MOST_A_DAY * args.members * args.days:
        parser.error(
            f"too many: {args.members} members do at most {MOST_A_DAY} workouts a day, so ask for more of them"
        )
    args.until = args.until or datetime.now(UTC).replace(microsecond=0)
    if args.until.tzinfo is None:
        parser.error("--until needs a zone, such as 2026-01-31T20:00:00Z")
    return args


def main() -> int:
    args = parse(sys.argv[1:])
    engine = connect()
    started = time.monotonic()
    with engine.begin() as connection:
        is_seeded = seed(connection, args)
    if is_seeded:
        analyze(engine)
        seconds = time.monotonic() - started
        print(f"{args.workouts:,} workouts of {args.members:,} members in {args.days} days: {seconds:.0f} s.")
    return 0


def seed(connection: Connection, args: argparse.Namespace) -> bool:
    """Whether a history was written."""
    prefix = f"s{args.seed}"
    club = connection.execute(FIND_CLUB, {"slug": args.club, "first_member": user_id(prefix, 0)}).one_or_none()
    if club is None:
        sys.exit(f"There is no club {args.club}.")
    if club.in_use and args.once:
        print(f"The club {args.club} has workouts already and is left as it is.")
        return False
    if club.in_use and not args.again:
        sys.exit(f"The club {args.club} has workouts already. Give AGAIN=1 and another SEED to add to them.")
    if club.seeded:
        sys.exit(f"The members of SEED={args.seed} are in {args.club} already. Try SEED={args.seed + 1}.")
    calendar = Calendar(args.until, ZoneInfo(club.time_zone), args.days)
    # The club is part of the seed: ids are random too, and two clubs of one database may use the same seed.
    rng = np.random.default_rng([args.seed, zlib.crc32(args.club.encode())])
    roster = draw_members(rng, args.members, args.days)
    cursor: Any = connection.connection.cursor()
    names = Names(club.id, list(new_ids(rng, [args.until - timedelta(days=args.days)] * args.members)))
    copy(cursor, member_lines(roster, names, prefix, args.until, args.days))
    accounts = {row.member_id: row.id for row in connection.execute(FIND_ACCOUNTS, {"club": club.id})}
    names = Names(club.id, names.members, club.account, [accounts[dashed(member)] for member in names.members])

    waiting: Future[None] | None = None
    with ThreadPoolExecutor(1) as pool, tqdm(total=args.workouts, unit=" workouts", disable=None) as bar:
        # One block is copied while the next one is computed.
        for lines in blocks(rng, roster, calendar, names, args.workouts):
            if waiting:
                waiting.result()
            waiting = pool.submit(copy, cursor, lines)
            bar.update(len(lines["workouts"]))
        if waiting:
            waiting.result()
    return True


def blocks(
    rng: np.random.Generator, roster: Roster, calendar: Calendar, names: Names, workouts: int
) -> Iterator[Lines]:
    model, ledgers = load_model(MODELS), Ledgers()
    counts = visits.attendance(rng, roster, calendar, workouts)
    for begin, end in visits.stretches(counts.sum(axis=0), BLOCK):
        drawn = visits.draw_visits(rng, roster, calendar, counts[:, begin:end], begin)
        if not len(drawn):
            continue
        ledgers.forget_before(calendar.first_day + timedelta(days=begin))
        unfolded = unfold(roster, calendar, drawn)
        outcomes = ledgers.decide(unfolded, predict(model, unfolded))
        yield history_lines(rng, names, model.version, unfolded, outcomes)


def dashed(uuid: str) -> str:
    return "-".join((uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]))


def analyze(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze users, workouts, predictions, point_accounts, point_transfers"))


if __name__ == "__main__":
    sys.exit(main())
