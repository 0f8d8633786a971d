-- What an outside catalogue said of ISBNs that nobody had entered yet, so that it is not
-- asked again. No answer: it does not know the number either.
create table isbn_answers (
  isbn13 char(13) primary key,
  answer jsonb,
  asked_at timestamptz not null
);
create index isbn_answers_asked on isbn_answers (asked_at);
