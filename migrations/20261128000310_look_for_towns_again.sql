-- Names with an apostrophe are in the list of towns after all: "king s lynn" as King's Lynn.
update towns set looked_up = false where latitude is null and key like '% %';
