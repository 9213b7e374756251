-- The mart of drift: how far the model's inputs and results are from its training set.

create or replace function drift_min_workouts() returns integer language sql immutable parallel safe return 500;
comment on function drift_min_workouts() is 'Scored workouts that a day needs for its drift to be meaningful.';

create table feature_drift_daily (
    day           date        not null,
    feature       text        not null,
    n             integer     not null check (n > 0),
    psi           float8      not null check (psi >= 0),
    model_version text        not null,
    created_at    timestamptz not null default now(),
    primary key (day, feature)
);
comment on table feature_drift_daily is
    'One row per model input (and calories_pred) on days with at least 500 scored workouts of all clubs together: '
    'the distance from the training set. Over all clubs, since they share one model and a single club rarely has 500 '
    'workouts a day.';
comment on column feature_drift_daily.day is
    'Day on which the workouts started, each in the time zone of its club. Key with feature.';
comment on column feature_drift_daily.feature is
    'Name of the model input as in features.json, or calories_pred for the output.';
comment on column feature_drift_daily.n is 'Scored workouts that were compared.';
comment on column feature_drift_daily.psi is
    'Population stability index against the reference, without unit: sum of (share − expected) × ln(share ÷ '
    'expected) over the bins; missing values form a separate bin. Customary reading: below 0.1 stable, above 0.25 '
    'drifted.';
comment on column feature_drift_daily.model_version is 'Version of the model whose training set is the reference.';
comment on column feature_drift_daily.created_at is 'When the row was built (UTC).';

create table drift_reference (
    feature       text     primary key,
    bounds        float8[],
    categories    text[],
    shares        float8[] not null check (cardinality(shares) > 0),
    missing       float8   not null check (missing between 0 and 1),
    model_version text     not null,
    check (cardinality(shares) = coalesce(cardinality(categories), cardinality(bounds) + 1))
);
comment on table drift_reference is
    'One row per model input (and calories_pred): its distribution in the training set, from models/metrics.json.';
comment on column drift_reference.feature is 'Name as in features.json, or calories_pred.';
comment on column drift_reference.bounds is
    'Ascending boundaries between neighbouring bins, in the feature''s unit; the outer bins are open. Null for a '
    'category.';
comment on column drift_reference.categories is 'Category names, one bin each; null for a measure.';
comment on column drift_reference.shares is 'Share of the training set in each bin.';
comment on column drift_reference.missing is 'Share of the training set without a value.';
comment on column drift_reference.model_version is 'Version of the model.';

create or replace function refresh_feature_drift_daily(from_day date, to_day date) returns integer language plpgsql
set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
declare
    -- Replaces an empty bin, which has no logarithm.
    least_share constant float8 := 0.0001;
    rows_built integer;
begin
    perform begin_mart_refresh('feature_drift_daily', from_day, to_day);
    if not exists (select from drift_reference) then
        raise exception 'there is no reference to compare with'
            using errcode = 'object_not_in_prerequisite_state', hint = 'Load models/metrics.json with `make migrate`.';
    end if;
    delete from feature_drift_daily where day between from_day and to_day;

    insert into feature_drift_daily (day, feature, n, psi, model_version)
    with scored as materialized (
        select
            local_day, gender, age, height_cm, weight_kg, duration_min, avg_hr, speed_kmh, workout_type, calories_pred
        from scored_workouts(from_day, to_day)
        where status = 'done'
    ),
    days as (
        select local_day, count(*) as n from scored group by local_day having count(*) >= drift_min_workouts()
    ),
    -- One row per workout and feature. Bin 0 is for a missing value or an unknown name.
    binned as (
        select
            s.local_day, r.feature,
            case
                when r.categories is not null then coalesce(array_position(r.categories, v.name), 0)
                when v.value is null then 0
                else width_bucket(v.value, r.bounds) + 1
            end as bin
        from scored as s
        cross join lateral (
            values
                ('gender', null::float8, s.gender), ('age', s.age, null), ('height_cm', s.height_cm, null),
                ('weight_kg', s.weight_kg, null), ('duration_min', s.duration_min, null), ('avg_hr', s.avg_hr, null),
                ('speed_kmh', s.speed_kmh, null), ('workout_type', null, s.workout_type),
                ('calories_pred', s.calories_pred, null)
        ) as v (feature, value, name)
        join drift_reference as r on r.feature = v.feature
    ),
    counted as (
        select local_day, feature, bin, count(*) as cnt from binned group by local_day, feature, bin
    ),
    expected as (
        select feature, model_version, 0 as bin, missing as share from drift_reference
        union all
        select r.feature, r.model_version, s.bin, s.share
        from drift_reference as r
        cross join unnest(r.shares) with ordinality as s (share, bin)
    ),
    compared as (
        select
            d.local_day, e.feature, e.bin, d.n, e.model_version,
            greatest(coalesce(c.cnt, 0)::float8 / d.n, least_share) as seen,
            greatest(e.share, least_share) as expected
        from days as d
        cross join expected as e
        left join counted as c on c.local_day = d.local_day and c.feature = e.feature and c.bin = e.bin
    )
    select
        local_day, feature, n,
        -- In a fixed order, so that a rerun yields the same sum.
        sum((seen - expected) * ln(seen / expected) order by bin), model_version
    from compared
    group by local_day, feature, n, model_version;
    get diagnostics rows_built = row_count;
    return rows_built;
end
$$;
comment on function refresh_feature_drift_daily(date, date) is
    'Replaces these days (both included) of feature_drift_daily; returns the number of rows. Days with fewer scored '
    'workouts than drift_min_workouts() have none.';

create or replace function set_drift_reference(metrics jsonb) returns integer language plpgsql as $$
declare
    features integer;
begin
    delete from drift_reference;
    insert into drift_reference (feature, bounds, categories, shares, missing, model_version)
    with spreads as (
        select key as feature, value as spread from jsonb_each(metrics -> 'reference' -> 'features')
        union all
        select 'calories_pred', metrics -> 'reference' -> 'calories_pred'
    ),
    lists as (
        select
            feature,
            array(select edge::float8 from jsonb_array_elements_text(spread -> 'edges') as edge) as edges,
            array(select name from jsonb_array_elements_text(spread -> 'categories') as name) as categories,
            array(select share::float8 from jsonb_array_elements_text(spread -> 'shares') as share) as shares,
            coalesce((spread ->> 'missing')::float8, 0) as missing
        from spreads
    )
    select
        feature,
        case when categories = '{}' then edges[2:cardinality(edges) - 1] end,
        nullif(categories, '{}'),
        shares, missing, metrics ->> 'model_version'
    from lists;
    get diagnostics features = row_count;
    return features;
end
$$;
comment on function set_drift_reference(jsonb) is
    'Loads the content of models/metrics.json as the reference for drift; returns the number of features. Days that '
    'were built before keep their values until they are refreshed.';

create or replace function feature_drift_daily_faults(from_day date, to_day date) returns table (day date, fault text)
language sql stable set plan_cache_mode to force_custom_plan set jit to off set work_mem to '32MB' as $$
    with source as (
        select w.local_day as day, count(*) as n
        from scored_workouts(from_day, to_day) as w
        where w.status = 'done'
        group by w.local_day
        having count(*) >= drift_min_workouts()
    ),
    built as (
        select m.day, count(*) as features, min(m.n) as n, max(m.n) as n_max
        from feature_drift_daily as m
        where m.day between from_day and to_day
        group by m.day
    )
    select
        day,
        format(
            'features %s (reference %s), workouts %s to %s (source %s)',
            b.features, (select count(*) from drift_reference), b.n, b.n_max, s.n
        )
    from source as s
    full join built as b using (day)
    join settled_days('feature_drift_daily', from_day, to_day) as settled (day) using (day)
    where (b.features, b.n, b.n_max) is distinct from ((select count(*) from drift_reference), s.n, s.n)
    order by day
$$;
comment on function feature_drift_daily_faults(date, date) is
    'Days (both included) on which feature_drift_daily lacks a feature or was not built from all scored workouts; no '
    'rows: no faults.';

grant select on feature_drift_daily to analyst, grafana, fitburn_app;
