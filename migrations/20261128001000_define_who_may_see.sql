-- Who may see what, each said once. Whatever turns a number or a handle from outside into text
-- asks here, so that what is not for the asker answers as what does not exist. Moderators ask
-- elsewhere: they see everything. Only functions are created; nothing is locked.

-- Whether `asker`, nobody for a visitor, may see a member: themselves, and whoever has confirmed
-- their address and is in good standing, unless there is a block between the two.
create function may_see_member(member users, asker bigint, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select coalesce(member.id = asker, false)
    or member.email_verified_at is not null and in_good_standing(member, at) and not blocked(member.id, asker)
$$;

-- Whether `asker`, nobody for a visitor, may see a copy: their own, one that is listed by a
-- member whom they may see, and one in a running trade of theirs.
create function may_see_copy(copy copies, asker bigint, at timestamptz) returns boolean
  language sql stable parallel safe as $$
  select coalesce(copy.owner_id = asker, false)
    or is_listed(copy) and exists (
      select from users u where u.id = copy.owner_id and may_see_member(u, asker, at))
    or exists (
      select from trade_items i
      join trade_parties p on p.trade_id = i.trade_id
      join trades t on t.id = i.trade_id
      where i.copy_id = copy.id and p.user_id = asker and t.state in ('proposed', 'agreed', 'disputed'))
$$;
