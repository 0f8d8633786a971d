-- In a file of its own: reads and writes go on meanwhile.
set local statement_timeout = '10min';
alter table reports validate constraint reports_kind_known;
alter table moderation_decisions validate constraint moderation_decisions_kind_known;
alter table earlier_versions validate constraint earlier_versions_kind_known;
