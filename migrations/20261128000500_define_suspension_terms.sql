-- Whether the term of a member's suspension has passed, whatever their status is by now: an
-- account that is being closed still knows of its suspension.
create function suspension_term_passed(member users, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select member.suspended_until is not null and member.suspended_until <= at
$$;

create or replace function suspension_lapsed(member users, at timestamptz) returns boolean
  language sql immutable parallel safe as $$
  select member.status = 'suspended' and suspension_term_passed(member, at)
$$;
