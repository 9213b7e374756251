"""One schema, whichever way it came about, and what tells about it agrees with it."""

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg2
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import INIT
from servers import migrate
from sqlalchemy import Engine, create_engine, make_url, text

from fitburn.database import DRIVER
from fitburn.tables import metadata
from local.postgres import binaries

EmptyDatabase = Callable[[], str]


def dump(url: str) -> list[str]:
    """The whole schema, owners and rights included, without what differs from one dump to the next."""
    command = [binaries() / "pg_dump", "--schema-only", "--exclude-table=alembic_version", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]


def apply(url: str, *scripts: Path) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for script in scripts:
            cursor.execute(script.read_text(encoding="utf-8"))
    connection.close()


def test_init_files_and_migrations_give_the_same_schema(empty_database: EmptyDatabase) -> None:
    by_init, by_migrations = empty_database(), empty_database()
    apply(by_init, *sorted(INIT.glob("*.sql")))
    migrate(by_migrations)
    assert dump(by_init) == dump(by_migrations)
    assert any("CREATE TABLE public.predictions" in line for line in dump(by_init))


def test_upgrading_twice_changes_nothing(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    migrate(url)
    before = dump(url)
    migrate(url)
    assert dump(url) == before


def test_a_database_of_the_first_revision_gets_what_came_later(empty_database: EmptyDatabase) -> None:
    url, fresh = empty_database(), empty_database()
    apply(url, *(script for script in sorted(INIT.glob("*.sql")) if script.name < "008"))
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("create table alembic_version as select '0001'::varchar(32) as version_num")
    connection.close()
    migrate(url)
    migrate(fresh)
    assert dump(url) == dump(fresh)


def test_two_upgrades_at_once_take_turns(empty_database: EmptyDatabase) -> None:
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


def test_the_tables_of_the_services_are_those_of_the_database(empty_database: EmptyDatabase) -> None:
    url = empty_database()
    apply(url, INIT / "001_init.sql")
    engine = create_engine(make_url(url).set(drivername=DRIVER))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [found for found in each(compare_metadata(context, metadata)) if not about_keys(found)]
    engine.dispose()
    assert differences == []


def each(differences: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Alembic gives what differs of one column as a list of its own."""
    for found in differences:
        yield from found if isinstance(found, list) else [found]


def about_keys(difference: tuple[Any, ...]) -> bool:
    """Indexes, checks and comments are the database's business; nobody asks SQLAlchemy for them."""
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
    """Else removing or looking up by the other side walks the whole table. A short list of clubs is the exception."""
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
