-- The list of towns knows them in their own scripts now: those that were on no map are looked for
-- once more. Few rows: towns that readers named and nobody found.
update towns set looked_up = false where latitude is null;
