-- How incidents are published: by how many people, and by which rule the operator set. One row at
-- most; none means one person and no rule. With this step the log also follows what was noted of a
-- report, an incident's version, what happened to it, and the tokens.
CREATE TABLE publishing (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    people INTEGER NOT NULL DEFAULT 1 CHECK (people IN (1, 2)),
    -- A CQL2 filter: what it takes is published.
    rule   TEXT
) STRICT;
