-- Who may do what over HTTP. The token itself is nowhere: only its SHA-256.

CREATE TABLE tokens (
    number  INTEGER PRIMARY KEY,
    name    TEXT NOT NULL,
    sha256  BLOB NOT NULL UNIQUE,
    scopes  TEXT NOT NULL,
    created TEXT NOT NULL,
    revoked TEXT
) STRICT;
