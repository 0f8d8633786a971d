-- Every copy took the default.
alter table copies validate constraint copies_price;
alter table copies validate constraint copies_price_currency;
alter table copies validate constraint copies_postage;
alter table copies validate constraint copies_loan_days;
alter table copies validate constraint copies_given_or_sold;
alter table copies validate constraint copies_listed_offered;
alter table shelf_imports validate constraint shelf_imports_offer_known;
