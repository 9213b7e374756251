"""Queries on the health of the service: backlog, latency, models, age of the marts."""

from typing import Any

from sqlalchemy import Connection, text

LATENCY_SAMPLE = 10_000

# CTEs that the gauges share. oldest_pending_sec is null if nothing is pending.
BACKLOG = """
backlog as (
    select
        count(*) as pending_cnt,
        extract(epoch from clock_timestamp() - min(created_at))::float8 as oldest_pending_sec,
        (select count(*) from predictions where standing = 'held') as held_cnt
    from predictions
    where processed_at is null
)
"""
MARTS = """
marts as (
    select m.mart, r.finished_at as refreshed_at
    from unnest(marts()) as m (mart)
    left join mart_runs as r on r.mart = m.mart
)
"""

READ_BACKLOG = text(f"""
with {BACKLOG}
select
    pending_cnt, oldest_pending_sec, held_cnt,
    (
        select count(*) from predictions
        where status = 'failed' and processed_at > now() - interval '1 day'
    ) as failed_24h_cnt
from backlog
""")

# Predictions have few distinct versions, so the recursion skips from one to the next with one index lookup each.
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

# A busy hour has millions of predictions. A sample of the latest is enough, and its cost is constant.
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

READ_MARTS = text(f"with {MARTS} select mart, refreshed_at from marts order by mart")


def read_system(connection: Connection) -> dict[str, Any]:
    """The health of the service, over all clubs, because they share workers, queue and model."""
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
    real_data = [group | {"mape_percent": group["mape_percent"]["model"]} for group in card.get("real_data", ())]
    return {
        "model_version": row.model_version,
        "set_at": row.set_at,
        "trained_on": card["data"]["n"],
        "synthetic": card["data"]["synthetic"],
        "cross_validation": card["cross_validation"]["overall"],
        "real_data": real_data,
    }
