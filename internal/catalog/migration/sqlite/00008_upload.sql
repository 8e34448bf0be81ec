-- +goose Up
-- Files on their way in. received counts what is durable in the store; sums is the state of the digests there. process is who is writing, ''
-- for nobody. A row whose bytes were removed stays for a while, so that whoever asks is told.
CREATE TABLE upload (
    id       TEXT PRIMARY KEY CHECK (length(id) = 12),
    account  TEXT NOT NULL REFERENCES account (id),
    name     TEXT NOT NULL CHECK (name <> ''),
    metadata TEXT NOT NULL,
    size     INTEGER NOT NULL CHECK (size > 0),
    received INTEGER NOT NULL CHECK (received BETWEEN 0 AND size),
    sums     TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('receiving', 'whole', 'removed')),
    process  TEXT NOT NULL,
    created  INTEGER NOT NULL,
    expires  INTEGER NOT NULL,
    file     TEXT NOT NULL -- JSON: what it is, once it is whole
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_account ON upload (account, created);
CREATE INDEX upload_expires ON upload (expires);
