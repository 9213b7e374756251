-- Reviews: decisions on scored workouts.

create or replace function void_workout(workout uuid, outcome text, actor text, why text) returns void
language sql as $$
    with voided as (
        update predictions as p
        set
            review = outcome,
            review_reason = why,
            reviewed_by = actor,
            reviewed_at = clock_timestamp(),
            -- A failed workout has none of them.
            points = case when p.status = 'done' then 0 end,
            credited_kcal = case when p.status = 'done' then 0 end,
            credited_min = case when p.status = 'done' then 0 end
        where
            p.workout_id = workout
            and case outcome
                when 'rejected' then p.standing in ('held', 'credited')
                when 'deleted' then p.status <> 'pending' and p.review is distinct from 'deleted'
            end
        returning p.workout_id, old.points as paid
    )
    select book_transfer('workout_reversal', v.workout_id, w.member_id, v.paid)
    from voided as v
    join workouts as w on w.id = v.workout_id
    where v.paid > 0
$$;
comment on function void_workout(uuid, text, text, text) is
    'Rejects a held or credited workout, or deletes (softly) one that is not pending: outcome is rejected or '
    'deleted. Reverses its award, below a balance of 0 if necessary. The caller has locked the member.';
