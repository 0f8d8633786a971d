-- The genres books are filed under, in the order in which they are shown.
insert into genres (slug, name, position) values
  ('novels', 'Novels', 1),
  ('classics', 'Classics', 2),
  ('science-fiction', 'Science fiction', 3),
  ('fantasy', 'Fantasy', 4),
  ('crime', 'Crime', 5),
  ('historical', 'Historical fiction', 6),
  ('short-stories', 'Short stories', 7),
  ('poetry', 'Poetry', 8),
  ('plays', 'Plays', 9),
  ('essays', 'Essays', 10),
  ('biography', 'Lives and memoirs', 11),
  ('history', 'History', 12),
  ('science', 'Science and nature', 13),
  ('philosophy', 'Philosophy', 14),
  ('children', 'Children’s books', 15),
  ('comics', 'Comics', 16),
  ('travel', 'Travel', 17)
on conflict do nothing;
