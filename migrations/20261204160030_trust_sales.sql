-- No row was there that could break them.
alter table trades validate constraint trades_kind_known;
alter table trade_items validate constraint trade_items_price;
alter table trade_revisions validate constraint trade_revisions_postage;
alter table trade_disputes validate constraint trade_disputes_reason_known;
