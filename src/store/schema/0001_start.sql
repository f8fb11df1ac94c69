-- The first schema. Forward only: a later change is a new file beside this one.

PRAGMA application_id = 0x504C4143;

-- What came in, word for word.
CREATE TABLE reports (
    number       INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    sha256       TEXT NOT NULL,
    title        TEXT,
    published    TEXT,
    published_by TEXT,
    language     TEXT,
    url          TEXT,
    archived_url TEXT,
    publisher    TEXT,
    licence      TEXT,
    retrieved    TEXT,
    text         TEXT NOT NULL,
    added        TEXT NOT NULL,
    read_at      TEXT NOT NULL
) STRICT;
CREATE INDEX reports_by_text ON reports (sha256);

CREATE TABLE notices (
    report INTEGER NOT NULL REFERENCES reports (number) ON DELETE CASCADE,
    about  TEXT NOT NULL,
    what   TEXT NOT NULL
) STRICT;
CREATE INDEX notices_by_report ON notices (report);

-- One row an incident. All but id, created and version is computed from the accounts and rulings
-- and kept to be searched.
CREATE TABLE incidents (
    number    INTEGER PRIMARY KEY,
    id        TEXT NOT NULL UNIQUE,
    created   TEXT NOT NULL,
    updated   TEXT NOT NULL,
    version   INTEGER NOT NULL,
    status    TEXT NOT NULL,
    standing  TEXT NOT NULL,
    feature   INTEGER NOT NULL,
    type      TEXT NOT NULL,
    kind      TEXT NOT NULL,
    country   TEXT,
    first_day TEXT,
    last_day  TEXT,
    boxed     INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_by_day ON incidents (first_day, last_day);

-- Boxes, in degrees. An incident across the 180th meridian has two: the row's number is twice the
-- incident's, plus one for the second.
CREATE VIRTUAL TABLE incident_boxes USING rtree (number, west, east, south, north);

-- One row a telling; the telling itself as JSON, in a shape of the store's own.
CREATE TABLE accounts (
    number   INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incidents (number),
    report   INTEGER NOT NULL REFERENCES reports (number),
    ordinal  INTEGER NOT NULL,
    because  TEXT NOT NULL DEFAULT '',
    told     TEXT NOT NULL
) STRICT;
CREATE INDEX accounts_by_incident ON accounts (incident);
CREATE INDEX accounts_by_report ON accounts (report);

CREATE TABLE rulings (
    number   INTEGER PRIMARY KEY,
    incident INTEGER NOT NULL REFERENCES incidents (number),
    verdict  TEXT NOT NULL,
    who      TEXT NOT NULL,
    at       TEXT NOT NULL,
    why      TEXT NOT NULL
) STRICT;
CREATE INDEX rulings_by_incident ON rulings (incident);

-- Ids that were given out and lead elsewhere now; nowhere when the last account was withdrawn.
CREATE TABLE moved (
    id        TEXT PRIMARY KEY,
    leads_to  TEXT
) STRICT;

-- What happened to which incident, in order; rows are only ever added.
CREATE TABLE changes (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    at       TEXT NOT NULL,
    incident TEXT NOT NULL,
    what     TEXT NOT NULL
) STRICT;

-- The words of the reports, for full text search.
CREATE VIRTUAL TABLE report_words USING fts5 (
    title, text, content = 'reports', content_rowid = 'number', tokenize = 'unicode61'
);
