-- What was proposed and never agreed says nothing any more of somebody who has left.

-- The trade that a mail is about, if it is about one: when somebody in it leaves, what the mail
-- said of them goes. Null for mails from before; they are kept for ninety days.
alter table mails add column trade_id bigint;
create index mails_trade on mails (trade_id) where trade_id is not null;

-- The history of trades stays as it was written, but for the words of those who have left.
create function refuse_change_but_erased_words() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) = to_jsonb(old) || jsonb_build_object('data', old.data - 'words') then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end
$$;
create or replace trigger trade_events_append_only before update or delete on trade_events
  for each row execute function refuse_change_but_erased_words();
