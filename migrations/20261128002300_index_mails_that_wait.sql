-- Whether mail leaves is asked on the front page of the desk: it reads those that wait and the last
-- that left, not all there ever were. Mails are kept for ninety days: even
-- of a large site they are read through in a moment, so nobody waits long to write one.
create index mails_waiting on mails (created_at) where state in ('queued', 'sending');
create index mails_sent on mails (sent_at);
