-- Model cards: how each released model was made and evaluated.

create table model_cards (
    model_version text        primary key,
    card          jsonb       not null check (jsonb_typeof(card) = 'object'),
    set_at        timestamptz not null default now()
);
comment on table model_cards is
    'One row per model that a release of this database has introduced: how it was made and evaluated, from '
    'models/metrics.json. Workers are expected to score with the latest.';
comment on column model_cards.model_version is 'Version of the model, as in predictions.model_version.';
comment on column model_cards.card is
    'Content of metrics.json without golden rows and reference distributions: libraries, data, cross_validation '
    '(kcal and per cent), real_data.';
comment on column model_cards.set_at is 'When it became the latest (UTC).';

create or replace function set_model_card(metrics jsonb) returns text language sql as $$
    insert into model_cards as known (model_version, card, set_at)
    values (metrics ->> 'model_version', metrics - '{golden,reference}'::text[], clock_timestamp())
    on conflict (model_version) do update set
        card = excluded.card,
        set_at = case
            when known.set_at = (select max(set_at) from model_cards) then known.set_at
            else clock_timestamp()
        end
    returning model_version
$$;
comment on function set_model_card(jsonb) is
    'Makes the content of models/metrics.json the latest model card; returns its version. A card that is the latest '
    'already keeps its time.';

grant select on model_cards to fitburn_app;
