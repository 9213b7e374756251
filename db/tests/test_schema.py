"""Fresh and upgraded databases have the same schema, and it is documented."""

import gzip
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import psycopg2
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import ROOT
from servers import migrate
from sqlalchemy import Engine, create_engine, make_url, text

from db.schema import read_scripts, split
from fitburn.database import DRIVER
from fitburn.tables import metadata
from local.postgres import binaries

EmptyDatabase = Callable[[], str]

FIRST_SCHEMA = Path(__file__).parent / "data" / "schema_0001.sql.gz"
REVISIONS = ROOT / "db" / "migrations" / "versions"


def dump(url: str) -> list[str]:
    """The whole schema, with owners and rights, without lines that differ between dumps."""
    command = [binaries() / "pg_dump", "--schema-only", "--exclude-table=alembic_version", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def test_init_files_and_migrations_give_the_same_schema(empty_database: EmptyDatabase) -> None:
    by_init, by_migrations = empty_database(), empty_database()
    with psycopg2.connect(by_init) as connection, connection.cursor() as cursor:
        for script in read_scripts():
            cursor.execute(script)
    connection.close()
    migrate(by_migrations)
    assert dump(by_init) == dump(by_migrations)
    assert any("CREATE TABLE public.predictions" in line for line in dump(by_init))


def test_upgrading_twice_changes_nothing(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    migrate(url)
    before = dump(url)
    migrate(url)
    assert dump(url) == before


@pytest.fixture
def first_schema(empty_database: EmptyDatabase, owner: Engine) -> str:
    """A database at revision 0001, from its dump, which never changes. `owner` has created the roles."""
    url = empty_database()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(gzip.decompress(FIRST_SCHEMA.read_bytes()).decode())
        cursor.execute("create table public.alembic_version as select '0001'::varchar(32) as version_num")
    connection.close()
    return url


def test_upgrading_the_first_schema_gives_the_present_one(first_schema: str, empty_database: EmptyDatabase) -> None:
    fresh = empty_database()
    migrate(fresh)
    migrate(first_schema)
    assert dump(first_schema) == dump(fresh)


def test_a_retry_of_a_challenge_is_a_replay_after_the_upgrade(first_schema: str) -> None:
    body = {
        "bonus_points": 50, "ends_on": "2026-03-31", "goal": 100, "metric": "minutes", "starts_on": "2026-03-01",
        "title_en": "A \"hundred\"", "title_ru": "Сто", "workout_type": None,
    }  # fmt: skip
    with psycopg2.connect(first_schema) as connection, connection.cursor() as cursor:
        cursor.execute("insert into clubs (slug, name) values ('a', 'A')")
        cursor.execute("insert into users (club_id, user_id) select id, 'anna' from clubs returning id")
        [operator] = cursor.fetchone() or ()
        cursor.execute(
            f"insert into challenges (club_id, created_by, idempotency_key, request_hash, {', '.join(body)})"
            f" select id, %s, 'key-1', 'old', {', '.join(['%s'] * len(body))} from clubs returning id",
            [operator, *body.values()],
        )
        [challenge] = cursor.fetchone() or ()
    connection.close()
    migrate(first_schema)
    with psycopg2.connect(first_schema) as connection, connection.cursor() as cursor:
        cursor.execute("select actor, action, subject_id, idempotency_key, request_hash, details from audit_log")
        [(*entry, request_hash, details)] = cursor.fetchall()
    connection.close()
    assert entry == [f"member:{operator}", "challenge.created", challenge, "key-1"]
    assert bytes(request_hash) == sha256(orjson.dumps(body)).digest()
    assert details == {name: value for name, value in body.items() if value is not None}


@pytest.mark.parametrize("revision", sorted(REVISIONS.glob("*.*")), ids=lambda path: path.name)
def test_a_revision_is_a_fixed_step(revision: Path) -> None:
    """It depends on no file that may change later: neither on db/init nor on modules of the project."""
    content = revision.read_text(encoding="utf-8")
    assert not re.search(r"^(from|import) (?!alembic)|INIT|/ .init.|read_scripts", content, re.MULTILINE)


def test_every_statement_of_init_is_of_a_known_kind() -> None:
    kinds = Counter(statement.split()[0] for script in read_scripts() for statement in split(script))
    assert set(kinds) == {"create", "comment", "grant", "revoke", "do", "insert"}
    assert kinds["comment"] > 300


def test_functions_and_views_are_replaceable() -> None:
    code = re.compile(r"^create (function|procedure|view) ", re.MULTILINE)
    assert [script.splitlines()[0] for script in read_scripts() if code.search(script)] == []


def test_concurrent_upgrades_take_turns(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    engine = create_engine(make_url(url).set(drivername=DRIVER))
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('fitburn.migrate'))"))
        waiting = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
        pool = ThreadPoolExecutor(2)
        upgrades = [pool.submit(migrate, url) for _ in range(2)]
        while connection.execute(waiting).scalar_one() < 2:
            assert not any(done.done() for done in upgrades)
    for done in upgrades:
        done.result(timeout=60)
    pool.shutdown()
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from clubs")).scalar_one() == 1
    engine.dispose()


def test_the_tables_of_the_services_are_those_of_the_database(owner: Engine) -> None:
    with owner.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in metadata.tables,
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = [found for found in each(compare_metadata(context, metadata)) if not about_keys(found)]
    assert differences == []


def each(differences: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Alembic groups the differences of one column in a nested list."""
    for found in differences:
        yield from found if isinstance(found, list) else [found]


def about_keys(difference: tuple[Any, ...]) -> bool:
    """Indexes, checks and comments are not mirrored in SQLAlchemy's tables."""
    return str(difference[0]).endswith(("_index", "_constraint", "_comment"))


def test_every_table_and_column_is_explained(owner: Engine) -> None:
    unexplained = """
        select c.relname || coalesce('.' || a.attname, '')
        from pg_class as c
        join pg_namespace as n on n.oid = c.relnamespace and n.nspname = 'public'
        left join lateral (
            select 0::int2 as attnum, null::name as attname
            union all
            select attnum, attname from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        ) as a on true
        where
            c.relkind in ('r', 'p', 'v', 'm')
            and c.relname <> 'alembic_version'
            and coalesce(col_description(c.oid, a.attnum), obj_description(c.oid, 'pg_class')) is null
    """
    with owner.connect() as connection:
        assert connection.execute(text(unexplained)).scalars().all() == []


def test_every_function_is_explained(owner: Engine) -> None:
    unexplained = """
        select proname from pg_proc
        where pronamespace = 'public'::regnamespace and obj_description(oid, 'pg_proc') is null
    """
    with owner.connect() as connection:
        assert connection.execute(text(unexplained)).scalars().all() == []


def test_every_foreign_key_has_an_index_that_begins_with_it(owner: Engine) -> None:
    """Otherwise deleting or looking up a referenced row scans the table. The short table of keys is the exception."""
    without = """
        select f.conrelid::regclass || '.' || a.attname
        from pg_constraint as f
        join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
        where
            f.contype = 'f'
            and f.connamespace = 'public'::regnamespace
            and not exists (select from pg_index as i where i.indrelid = f.conrelid and i.indkey[0] = f.conkey[1])
        order by 1
    """
    with owner.connect() as connection:
        assert connection.execute(text(without)).scalars().all() == ["api_keys.club_id"]
