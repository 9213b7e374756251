"""A club's time zone is the IANA name of a region, or UTC.

Zones that clubs have already stay, since only a person knows which zone was meant.
"""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(r"""
        create or replace function require_region() returns trigger language plpgsql as $$
        begin
            if new.time_zone <> 'UTC' and (
                new.time_zone !~ '^[A-Z]\w+/' or new.time_zone ~ '^(Etc|SystemV)/'
                or not exists (select from pg_timezone_names where name = new.time_zone)
            ) then
                raise exception 'time zone "%" is no region: write one such as Europe/Moscow, or UTC', new.time_zone
                    using errcode = 'check_violation';
            end if;
            return new;
        end
        $$;
    """)
    op.execute("""
        create trigger require_region before insert or update of time_zone on clubs
            for each row execute function require_region()
    """)
