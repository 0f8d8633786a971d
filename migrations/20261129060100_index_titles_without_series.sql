-- Apart from the column, whose lock keeps readers out: this one keeps writers waiting while the
-- works are read once, a second for a million.
create index works_alone_key on works (alone_key) where alone_key is not null;
