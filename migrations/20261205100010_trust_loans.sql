-- No row was there that could break them.
alter table trade_legs validate constraint trade_legs_purpose_known;
alter table trade_disputes validate constraint trade_disputes_reason_known;
alter table trade_disputes validate constraint trade_disputes_outcome_known;
alter table shelf_imports validate constraint shelf_imports_offer_known;
