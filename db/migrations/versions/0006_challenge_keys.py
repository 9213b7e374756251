"""Challenges keep their idempotency keys in the audit log, as everything else that operators do.

The log gets an entry for each challenge of an operator. Its hash is that of the challenge as it is now, so a retry is
still a replay, unless the challenge was changed: then its key is refused as a reuse.
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
        insert into audit_log (
            id, club_id, actor, action, subject_id, details, idempotency_key, request_hash, created_at
        )
        select
            uuidv7(c.created_at - now()), c.club_id, 'member:' || c.created_by, 'challenge.created', c.id,
            jsonb_strip_nulls(body::jsonb), c.idempotency_key, sha256(convert_to(body, 'UTF8')), c.created_at
        from challenges as c
        cross join lateral (
            select format(
                -- Compact, with sorted names: the form in which the API hashes bodies.
                '{"bonus_points":%s,"ends_on":"%s","goal":%s,"metric":"%s","starts_on":"%s","title_en":%s,'
                '"title_ru":%s,"workout_type":%s}',
                c.bonus_points, c.ends_on, c.goal, c.metric, c.starts_on, to_json(c.title_en), to_json(c.title_ru),
                coalesce(to_json(c.workout_type)::text, 'null')
            ) as body
        ) as sent
        where c.created_by is not null
        on conflict (club_id, actor, idempotency_key) where idempotency_key is not null do nothing
    """)
    op.execute("alter table challenges drop column idempotency_key, drop column request_hash")
