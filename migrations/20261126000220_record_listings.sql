-- When each owner first put a copy on offer. A copy keeps only its present date, and none once it
-- is taken down or has a new owner; this stays, so that the weeks of the overview do not shrink.
create table copy_listings (
  copy_id bigint not null,
  owner_id bigint not null,
  listed_at timestamptz not null,
  primary key (copy_id, owner_id)
);
create index copy_listings_when on copy_listings (listed_at);

create function record_listing() returns trigger language plpgsql as $$
begin
  insert into copy_listings (copy_id, owner_id, listed_at)
  values (new.id, new.owner_id, new.listed_at)
  on conflict (copy_id, owner_id)
  do update set listed_at = least(copy_listings.listed_at, excluded.listed_at);
  return null;
end
$$;
create trigger copies_record_listing after insert or update of listed_at, owner_id on copies
  for each row when (new.listed_at is not null) execute function record_listing();

-- What is known of the past: what is on offer now, and what was proposed by its owner in a trade.
insert into copy_listings (copy_id, owner_id, listed_at)
select id, owner_id, listed_at from copies where listed_at is not null;
insert into copy_listings (copy_id, owner_id, listed_at)
select i.copy_id, i.from_user, min(t.created_at)
from trade_items i join trades t on t.id = i.trade_id
where t.state <> 'draft' group by i.copy_id, i.from_user
on conflict do nothing;
