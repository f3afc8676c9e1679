-- Where our own messages stand, so that an erase can have them deleted at the platform too.
-- What may be read here without the key: how many messages went to whom, and until which hour the
-- platform lets us delete them.

CREATE TABLE sent (
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL,               -- hours since 1970
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX sent_person ON sent (person);
CREATE INDEX sent_expires ON sent (expires);
