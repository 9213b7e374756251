-- Two clubs in different time zones, six members each (one opted out of boards), four workouts a member and day,
-- and on one day enough of them to look for drift.
insert into clubs (slug, name, time_zone) values ('msk', 'Moscow', 'Europe/Moscow');

insert into users (club_id, user_id, leaderboard_opt_out)
select c.id, 'member-' || n, n = 3 from clubs as c cross join generate_series(1, 6) as n;

insert into workouts (
    club_id, member_id, source, idempotency_key, request_hash, ts, local_day, workout_type, duration_min, gender, age,
    height_cm, weight_kg
)
select
    u.club_id, u.id, 'partner:test', concat_ws('/', u.user_id, d, n), '\x00',
    (d + n * interval '20 minutes') at time zone c.time_zone, d::date, 'running', 30, 'Male', 30, 180, 80
from users as u
join clubs as c on c.id = u.club_id
cross join generate_series(timestamp '2026-01-01', '2026-01-30', interval '1 day') as d
cross join generate_series(1, case when d = '2026-01-07' then 60 else 4 end) as n;

-- Members 1 and 2 burn the same and share a place; one workout in 24 fails, one waits, one is held.
with numbered as (
    select w.id, u.user_id, row_number() over (partition by w.member_id order by w.ts) % 24 as n
    from workouts as w
    join users as u on u.id = w.member_id
),
judged as (
    select
        id, n, replace(user_id, '2', '1') as burner,
        case when user_id > 'member-3' and n = 0 then 'failed' when user_id > 'member-3' and n = 1 then 'pending' else 'done' end
            as status
    from numbered
)
insert into predictions (
    workout_id, status, calories_pred, model_version, points, hold_reasons, error_code, processed_at
)
select
    id, status,
    case when status = 'done' then 200 + abs(hashtext(burner)) % 100 + 0.25 end,
    case when status = 'done' then 'test' end,
    case when status = 'done' then 20 end,
    case when status = 'done' and burner > 'member-3' and n = 2 then array['overlap'] else '{}'::text[] end,
    case when status = 'failed' then 'test' end,
    case when status <> 'pending' then now() + interval '2 seconds' end
from judged;

-- What was awarded is booked an hour after the workout began.
insert into point_transfers (kind, source_id, from_account, to_account, amount, created_at)
select 'workout_award', w.id, club.id, own.id, p.points, w.ts + interval '1 hour'
from workouts as w
join predictions as p on p.workout_id = w.id and p.points > 0 and p.hold_reasons = '{}'
join point_accounts as own on own.member_id = w.member_id and own.kind = 'member'
join point_accounts as club on club.club_id = w.club_id and club.kind = 'issued';

select set_drift_reference('{
    "model_version": "test",
    "reference": {
        "features": {"duration_min": {"edges": [5, 20, 40, 180], "shares": [0.3, 0.4, 0.3]}},
        "calories_pred": {"edges": [0, 220, 260, 2000], "shares": [0.3, 0.4, 0.3]}
    }
}');
