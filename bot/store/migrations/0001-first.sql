-- The first form of the database.
--
-- What may be read here without the key: how many people there are, the platform of each, the hour
-- of their last contact, the instants of timers, turn numbers, and sizes in steps of 128 bytes.
-- `look` is always a keyed hash, `sealed` an AES-GCM box that only the key opens.

CREATE TABLE facts (            -- about the database itself; `pepper` also proves the key
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE notes (            -- the small facts of adapters
    look BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used again after an erase
    look BLOB NOT NULL UNIQUE,              -- platform and account
    tag BLOB NOT NULL,                      -- random; bound to everything sealed for this person
    platform TEXT NOT NULL,
    address BLOB NOT NULL,                  -- sealed
    conversation BLOB NOT NULL,             -- sealed
    contact INTEGER NOT NULL,               -- hours since 1970
    waiting INTEGER NOT NULL,               -- 1 while a question is open
    reachable INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX people_waiting ON people (platform, contact) WHERE waiting = 1;
CREATE INDEX people_contact ON people (contact);

CREATE TABLE notebook (         -- what people asked to be kept
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    look BLOB NOT NULL,                     -- flow, step and turn
    expires INTEGER,                        -- Unix seconds; only drafts have it
    sealed BLOB NOT NULL,
    PRIMARY KEY (person, look)
) STRICT, WITHOUT ROWID;
CREATE INDEX notebook_expires ON notebook (expires) WHERE expires IS NOT NULL;

CREATE TABLE timers (
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    look BLOB NOT NULL,                     -- kind and subject
    due INTEGER NOT NULL,                   -- Unix microseconds
    guard INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    sealed BLOB NOT NULL,
    PRIMARY KEY (person, look)
) STRICT, WITHOUT ROWID;
CREATE INDEX timers_due ON timers (due);

CREATE TABLE outbox (           -- replies that are committed and not yet delivered
    id INTEGER PRIMARY KEY,
    person INTEGER NOT NULL,                -- the lane; stays after the person was erased
    platform TEXT NOT NULL,
    key TEXT NOT NULL,
    urgency INTEGER NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1,
    made INTEGER NOT NULL,                  -- Unix microseconds
    not_before INTEGER,                     -- Unix microseconds
    in_flight INTEGER NOT NULL DEFAULT 0,   -- 1 while an attempt may have arrived unknown to us
    tag BLOB,                               -- tag and address only where no person stands behind
    address BLOB,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_person ON outbox (person);

CREATE TABLE messages (         -- where a question can still be redrawn or closed
    person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    turn INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (person, turn)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (             -- events already handled
    look BLOB PRIMARY KEY,
    at INTEGER NOT NULL                     -- Unix seconds
) STRICT, WITHOUT ROWID;

CREATE TABLE failed (           -- events that met a mistake of ours; never their content
    look BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    error TEXT NOT NULL                     -- the name of the exception's class
) STRICT, WITHOUT ROWID;

CREATE TABLE erased (           -- tombstones: a hash of the tag of each erased person
    look BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
    name TEXT NOT NULL,
    day INTEGER NOT NULL,                   -- days since 1970
    value INTEGER NOT NULL,
    PRIMARY KEY (name, day)
) STRICT, WITHOUT ROWID;
