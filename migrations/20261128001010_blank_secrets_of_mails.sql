-- What is left of a mail's text when it is on its way to nobody any more. A link that works for
-- whoever has it is for the mailbox alone: a mail with one (`not_after` says when it ends) keeps
-- no text. Only a function is created; a schedule blanks what is there already.
create function text_without_secrets(body text, not_after timestamptz) returns text
  language sql immutable parallel safe as $$
  select case when not_after is null then body else '' end
$$;
