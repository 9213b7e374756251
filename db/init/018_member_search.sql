-- FitBurn Rewards: finding a member at the desk, by the beginnings of words of the name, the e-mail or the id.
--
-- One index for all clubs, and no extension: a word is kept with the end of its club's id before it, so that it costs
-- nothing what many people of other clubs are called. Queries ask for the club as well.

create or replace function search_words(said text) returns text[] language sql immutable parallel safe
return array_remove(regexp_split_to_array(lower(said), '[^[:alnum:]]+'), '');
comment on function search_words(text) is 'The words of a text in small letters: what stands between signs and spaces.';

create or replace function member_words(club_id uuid, user_id text, display_name text, email text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array(
    select distinct right(club_id::text, 12) || left(w.word, 60)
    from unnest(search_words(user_id || ' ' || coalesce(display_name, '') || ' ' || coalesce(email, ''))) as w (word)
));
comment on function member_words(uuid, text, text, text) is
    'The words that a member of the club is found by, each with the club before it.';

create or replace function member_query(club_id uuid, said text) returns tsquery language sql immutable parallel safe
return (
    select string_agg(format('''%s%s'':*', right(club_id::text, 12), left(w.word, 60)), ' & ')::tsquery
    from unnest(search_words(said)) as w (word)
);
comment on function member_query(uuid, text) is
    'Asks for the members of the club in whose words each of the said ones begins one; null when no word was said.';

create index users_words on users using gin (member_words(club_id, user_id, display_name, email));
