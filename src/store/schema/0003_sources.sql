-- Where rows come from: tables imported, feeds watched.

CREATE TABLE sources (
    number        INTEGER PRIMARY KEY,
    -- Rows' report ids begin with it: acled:SYR1234. Given once.
    name          TEXT NOT NULL UNIQUE,
    -- table or feed.
    kind          TEXT NOT NULL,
    publisher     TEXT,
    licence       TEXT,
    -- 0: nothing of this source is given out to others.
    republish     INTEGER NOT NULL DEFAULT 1,
    -- Counts the imports; a row carries the one that saw it last.
    round         INTEGER NOT NULL DEFAULT 0,
    added         TEXT NOT NULL,
    -- Of feeds: what the last asking said, and when the next is due.
    address       TEXT,
    etag          TEXT,
    last_modified TEXT,
    asked         TEXT,
    due           TEXT,
    failures      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Rows of tables are reports with a source; reports that came as files or over a feed are read
-- from their words and have none.
ALTER TABLE reports ADD COLUMN source INTEGER REFERENCES sources (number);
ALTER TABLE reports ADD COLUMN round INTEGER;
CREATE INDEX reports_by_source ON reports (source, round) WHERE source IS NOT NULL;
