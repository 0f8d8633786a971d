-- As before, but nobody acts for what is deleted: its owner restores it first. And while its owner is
-- suspended, nobody runs an event in their place: co-hosts keep its door like those who help there.
create or replace function host_role(event events, reader bigint, at timestamptz) returns text
  language sql stable parallel safe as $$
  select case when event.deleted_at is not null then null
    when event.host_id = reader then 'owner'
    else (select case when in_good_standing(o, at) then h.role else 'door' end
      from event_hosts h join users u on u.id = h.user_id join users o on o.id = event.host_id
      where h.user_id = reader and h.state = 'active'
        and (h.event_id = event.id or h.series_id = event.series_id)
        and in_good_standing(u, at) and not blocked(event.host_id, reader)
      order by h.role = 'door' limit 1) end
$$;
