-- Member search at the desk: by prefixes of words of the name, the e-mail or the id.
--
-- One index for all clubs, without an extension: each word is prefixed with the end of its club's id, so that members
-- of other clubs with the same names cost nothing. Queries filter by club as well.

create or replace function search_words(said text) returns text[] language sql immutable parallel safe
return array_remove(regexp_split_to_array(lower(said), '[^[:alnum:]]+'), '');
comment on function search_words(text) is 'The lower-case words of a text, split at everything but letters and digits.';

create or replace function member_words(club_id uuid, user_id text, display_name text, email text) returns tsvector
language sql immutable parallel safe
return array_to_tsvector(array(
    select distinct right(club_id::text, 12) || left(w.word, 60)
    from unnest(search_words(user_id || ' ' || coalesce(display_name, '') || ' ' || coalesce(email, ''))) as w (word)
));
comment on function member_words(uuid, text, text, text) is
    'The words that a member is found by, each prefixed with the club.';

create or replace function member_query(club_id uuid, said text) returns tsquery language sql immutable parallel safe
return (
    select string_agg(format('''%s%s'':*', right(club_id::text, 12), left(w.word, 60)), ' & ')::tsquery
    from unnest(search_words(said)) as w (word)
);
comment on function member_query(uuid, text) is
    'Matches members of the club that have a word with each of the given prefixes; null without any word.';

create index users_words on users using gin (member_words(club_id, user_id, display_name, email));
