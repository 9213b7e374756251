"""Queries on the health of the whole: the backlog, how fast it is worked off, by which model, how fresh marts are."""

from typing import Any

from sqlalchemy import Connection, text

LATENCY_SAMPLE = 10_000

READ_BACKLOG = text("""
select
    (select count(*) from predictions where processed_at is null) as pending_cnt,
    (
        select extract(epoch from clock_timestamp() - min(created_at))::float8
        from predictions where processed_at is null
    ) as oldest_pending_sec,
    (
        select count(*) from predictions
        where status = 'failed' and processed_at > now() - interval '1 day'
    ) as failed_24h_cnt,
    (select count(*) from predictions where standing = 'held') as held_cnt
""")

# There are few versions and many predictions: from one version to the next, a look into the index each.
_VERSIONS = """
versions (version) as (
    select min(model_version) from predictions where processed_at is not null
    union all
    select (
        select min(p.model_version) from predictions as p
        where p.processed_at is not null and p.model_version > v.version
    )
    from versions as v
    where v.version is not null
)
"""

READ_MODELS = text(f"""
with recursive {_VERSIONS}
select v.version
from versions as v
cross join lateral (
    select p.processed_at from predictions as p
    where p.model_version = v.version and p.processed_at is not null
    order by p.processed_at desc
    limit 1
) as latest
where latest.processed_at > now() - interval '1 day'
order by latest.processed_at desc
""")

# A busy hour has millions; the latest of them say enough, and cost the same on any day.
READ_LATENCY = text(f"""
with recursive {_VERSIONS},
latest as (
    select p.latency_sec
    from versions as v
    cross join lateral (
        select p.processed_at, extract(epoch from p.processed_at - p.created_at)::float8 as latency_sec
        from predictions as p
        where
            p.model_version = v.version and p.status = 'done'
            and p.processed_at > now() - interval '1 hour'
        order by p.processed_at desc
        limit {LATENCY_SAMPLE}
    ) as p
    order by p.processed_at desc
    limit {LATENCY_SAMPLE}
)
select
    count(*) as n,
    percentile_cont(0.5) within group (order by latency_sec) as p50_sec,
    percentile_cont(0.95) within group (order by latency_sec) as p95_sec
from latest
""")

READ_CARD = text("select model_version, card, set_at from model_cards order by set_at desc limit 1")

READ_MARTS = text("""
select m.mart, r.finished_at as refreshed_at
from unnest(marts()) as m (mart)
left join mart_runs as r on r.mart = m.mart
order by m.mart
""")


def read_system(connection: Connection) -> dict[str, Any]:
    """Of all clubs together, since they share workers, queue and model."""
    backlog = connection.execute(READ_BACKLOG).one()
    latency = connection.execute(READ_LATENCY).one()
    return {
        **backlog._asdict(),
        "latency": latency._asdict(),
        "models_24h": connection.execute(READ_MODELS).scalars().all(),
        "model": _read_card(connection),
        "marts": [row._asdict() for row in connection.execute(READ_MARTS)],
    }


def _read_card(connection: Connection) -> dict[str, Any] | None:
    row = connection.execute(READ_CARD).one_or_none()
    if row is None:
        return None
    card = row.card
    measured = [one | {"mape_percent": one["mape_percent"]["model"]} for one in card.get("real_data", ())]
    return {
        "model_version": row.model_version,
        "set_at": row.set_at,
        "trained_on": card["data"]["n"],
        "synthetic": card["data"]["synthetic"],
        "cross_validation": card["cross_validation"]["overall"],
        "real_data": measured,
    }
