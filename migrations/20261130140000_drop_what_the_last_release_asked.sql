-- What only the release before the last one asked.
set local lock_timeout = '5s';
drop function whereabouts(bigint, users);
drop function kilometres_from(bigint, users);
drop index copies_work_listed;
