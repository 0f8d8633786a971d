-- The page that stops mails of this kind, for the List-Unsubscribe header; null where there is
-- nothing to stop. Written when the mail is queued.
alter table mails add column unsubscribe_url text;
