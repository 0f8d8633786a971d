-- Codes with which seats cost less: of one event, or of all dates of a series.
create table promo_codes (
  id bigint generated always as identity primary key,
  event_id bigint references events on delete cascade,
  series_id bigint references event_series on delete cascade,
  -- In capitals.
  code text not null,
  -- Of all that is due, or an amount in the smallest unit of its currency. Never changed: bookings
  -- were agreed by them.
  percent int,
  amount int,
  currency text,
  -- Only for those in promo_code_members.
  for_members boolean not null,
  valid_from timestamptz,
  valid_until timestamptz,
  -- Null: as often as anybody likes.
  max_uses int,
  -- Live bookings that were made with it: kept by a trigger of seat_bookings.
  uses int not null default 0,
  ended_at timestamptz,
  created_at timestamptz not null,
  constraint promo_codes_of check (num_nonnulls(event_id, series_id) = 1),
  constraint promo_codes_code check (code ~ '^[A-Z0-9-]{3,24}$'),
  constraint promo_codes_off check (num_nonnulls(percent, amount) = 1 and (amount is null) = (currency is null)),
  constraint promo_codes_percent check (percent between 1 and 100),
  constraint promo_codes_amount check (amount between 1 and 1000000),
  constraint promo_codes_max_uses check (max_uses between 1 and 10000),
  constraint promo_codes_uses check (uses >= 0 and (max_uses is null or uses <= max_uses)),
  constraint promo_codes_validity check (valid_until > valid_from)
);
create unique index promo_codes_of_event on promo_codes (event_id, code) where event_id is not null;
create unique index promo_codes_of_series on promo_codes (series_id, code) where series_id is not null;

create table promo_code_members (
  code_id bigint not null references promo_codes on delete cascade,
  user_id bigint not null references users,
  primary key (code_id, user_id)
);
create index promo_code_members_user on promo_code_members (user_id);

alter table seat_bookings
  -- With which they were taken: the discount stays when the code goes.
  add column promo_code_id bigint references promo_codes on delete set null,
  add constraint seat_bookings_promo_code check (promo_code_id is null or price_each is not null) not valid;

-- Whatever ends a booking frees the use of its code, and no path can forget to. Bookings without a
-- code do not call these.
create function count_promo_code_use() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.promo_code_id is not null and old.state in ('held', 'confirmed') then
    update promo_codes set uses = uses - 1 where id = old.promo_code_id;
  end if;
  if tg_op <> 'DELETE' and new.promo_code_id is not null and new.state in ('held', 'confirmed') then
    update promo_codes set uses = uses + 1 where id = new.promo_code_id;
  end if;
  return null;
end
$$;
create trigger seat_bookings_code_taken after insert on seat_bookings
  for each row when (new.promo_code_id is not null) execute function count_promo_code_use();
create trigger seat_bookings_code_changed after update of state, promo_code_id on seat_bookings
  for each row when (old.promo_code_id is distinct from new.promo_code_id
    or old.promo_code_id is not null and old.state <> new.state)
  execute function count_promo_code_use();
create trigger seat_bookings_code_gone after delete on seat_bookings
  for each row when (old.promo_code_id is not null) execute function count_promo_code_use();
