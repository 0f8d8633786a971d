-- Whether others may ask this member for books and offer none.
alter table users add column takes_gift_requests boolean not null default true;
