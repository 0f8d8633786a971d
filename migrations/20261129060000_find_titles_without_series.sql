-- The folded title without its place in a series (`alone_key` in `domain/src/identity`): "dune" of
-- "Dune (Dune Chronicles, #1)". Null where the title says none, and in rows that an older program
-- writes, which are then found by their whole title alone. An older program's own import of a
-- catalogue breaks off on `staged_works`, and goes on with this one.
alter table works add column alone_key text;
alter table staged_works add column alone_key text;
