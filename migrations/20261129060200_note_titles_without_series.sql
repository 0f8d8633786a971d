-- The works that are there. Locks nothing but their rows. The database folds nearly as the program
-- does; where it does not, a book is asked about, as before.
update works w set alone_key = said.key
from (
  select id, folded(replace(translate(title, '''’‘ʼ`´', ''), '&', ' and ')) as key
  from (
    select id, substring(title from '^(.*[^ ]) +\([^();]*[^();#, ][^();#]*# *[0-9][0-9 .,–-]*(?:;.*)?\) *$') as title
    from works where title like '%#%)%'
  ) titled
) said
where w.id = said.id and said.key <> '';
