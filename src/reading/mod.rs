//! What the words say, before anyone asks where.
