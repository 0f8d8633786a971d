-- Events are found by words: of their title and description, of the place and its town, and of
-- their host's names. The files after this keep them, fill them in and index them.

-- Folded like the keys of works, where apostrophes are nothing. Null for what a former member
-- hosted, which stands in no list.
create function event_words(title text, description text, venue bigint, host bigint) returns tsvector
  language sql stable as $$
  select to_tsvector('dogear', folded(replace(translate(
    concat_ws(' ', title, description, v.name, v.city, u.display_name, u.handle), '''’‘ʼ`´', ''), '&', ' and ')))
  from venues v, users u where v.id = venue and u.id = host and u.status <> 'deleted'
$$;

alter table events add column words tsvector not null default ''::tsvector;
