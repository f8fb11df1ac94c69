-- Every incident that is listed, as it is given out: computed, kept so that a server starts without
-- computing anything, and written with whatever changes the incident. A face is good when it is of
-- the incident's version and was made by the same rules (`made_by`, a hash of their source);
-- otherwise it is made anew. Nothing is lost when all are deleted.
CREATE TABLE faces (
    incident INTEGER PRIMARY KEY REFERENCES incidents (number),
    version  INTEGER NOT NULL,
    made_by  INTEGER NOT NULL,
    face     BLOB NOT NULL
) STRICT;
