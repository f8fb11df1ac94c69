-- Rulings of every kind, with undo; merging and splitting; incidents made by hand; what the
-- operator allows to be done with a source.

-- An incident is never deleted: merged into another it keeps its row and its accounts, so that the
-- merging can be undone; `root` is the incident it is shown as, itself or the one it was merged
-- into, however many steps away. Without any account left it is gone, until a report tells of it
-- again.
ALTER TABLE incidents ADD COLUMN merged_into INTEGER REFERENCES incidents (number);
ALTER TABLE incidents ADD COLUMN root INTEGER NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
UPDATE incidents SET root = number;
CREATE INDEX incidents_by_root ON incidents (root);

-- What was decided, as JSON in a shape of the store's own; the earlier ruling an undoing undoes;
-- the incident's version with the ruling.
ALTER TABLE rulings ADD COLUMN detail TEXT NOT NULL DEFAULT '{}';
ALTER TABLE rulings ADD COLUMN undoes INTEGER REFERENCES rulings (number);
ALTER TABLE rulings ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX rulings_by_undone ON rulings (undoes) WHERE undoes IS NOT NULL;

-- The incident's version with the change.
ALTER TABLE changes ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX changes_by_incident ON changes (incident, seq);

-- Written by a person: reading it again would find nothing new.
ALTER TABLE reports ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;

-- What a report's text looks like: 32-bit hashes, little-endian, smallest first.
CREATE TABLE sketches (
    report INTEGER PRIMARY KEY REFERENCES reports (number) ON DELETE CASCADE,
    hashes BLOB NOT NULL
) STRICT;

-- A source: a publisher's name, or the host of an address.
CREATE TABLE source_terms (
    source      TEXT PRIMARY KEY,
    licence     TEXT,
    republish   INTEGER NOT NULL DEFAULT 1,
    sensitivity TEXT NOT NULL DEFAULT 'exact'
) STRICT;

-- Writes that were given a key by the caller: the same key again is the same write.
CREATE TABLE write_keys (
    key    TEXT PRIMARY KEY,
    asked  TEXT NOT NULL,
    at     TEXT NOT NULL,
    what   TEXT NOT NULL,
    number INTEGER NOT NULL
) STRICT;
