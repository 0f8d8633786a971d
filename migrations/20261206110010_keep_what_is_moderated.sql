-- A review that its author has deleted after a moderator had hidden or marked it. It is kept, so that
-- another review of the book by the same reader is hidden or marked too.
create function is_moderated_and_gone(review reviews) returns boolean
  language sql immutable parallel safe as $$
  select review.deleted_at is not null and review.set_aside_at is null
    and (review.hidden_at is not null or review.marked_at is not null)
$$;
