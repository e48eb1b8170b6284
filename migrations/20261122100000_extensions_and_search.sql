-- Extensions of PostgreSQL's own contrib package, and the French and English text search configurations.
-- `fr` and `en` fold accents before stemming, so that "cafetiere" finds "cafetière".
set lock_timeout = '3s';

create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists citext;

create text search configuration fr (copy = french);
alter text search configuration fr alter mapping for hword, hword_part, word with unaccent, french_stem;
create text search configuration en (copy = english);
alter text search configuration en alter mapping for hword, hword_part, word with unaccent, english_stem;

-- unaccent() is only STABLE because its dictionary can be replaced; ours is not, and an index needs IMMUTABLE.
create function fold(text) returns text
    language sql immutable strict parallel safe
    as $$ select lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$;
