-- The trades of a member in which every word of a key is found: in titles and authors of the books
-- that are on the table now, as they were frozen and as the catalogue has them, and in handle and
-- name of the other parties. Apostrophes are nothing, as in the keys of works.
create function found_trades(member bigint, key text) returns table (trade_id bigint)
  language sql stable parallel safe as $$
  select t.id
  from trade_parties p
    join trades t on t.id = p.trade_id
    cross join lateral (
      select concat_ws(' ',
        (select string_agg(concat_ws(' ', w.title_key, w.author_key, folded(translate(
             concat_ws(' ', i.frozen ->> 'title', i.frozen ->> 'author'), '''’‘ʼ`´', ''))), ' ')
         from trade_items i
           left join copies c on c.id = i.copy_id
           left join works w on w.id = c.work_id
         where i.trade_id = t.id and i.revision = t.revision),
        (select string_agg(folded(translate(
             concat_ws(' ', u.handle, u.display_name), '''’‘ʼ`´', '')), ' ')
         from trade_parties o join users u on u.id = o.user_id
         where o.trade_id = t.id and o.user_id <> member)) as words
    ) known
  where p.user_id = member
    and not exists (
      select from regexp_split_to_table(key, ' ') as word
      where position(word in known.words) = 0)
$$;
