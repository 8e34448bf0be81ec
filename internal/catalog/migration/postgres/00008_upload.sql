-- +goose Up
-- Files on their way in. received counts what is durable in the store; sums is the state of the digests there. process is who is writing, ''
-- for nobody. A row whose bytes were removed stays for a while, so that whoever asks is told.
CREATE TABLE upload (
    id       TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account  TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    name     TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    metadata TEXT COLLATE "C" NOT NULL,
    size     BIGINT NOT NULL CHECK (size > 0),
    received BIGINT NOT NULL CHECK (received BETWEEN 0 AND size),
    sums     TEXT COLLATE "C" NOT NULL,
    state    TEXT COLLATE "C" NOT NULL CHECK (state IN ('receiving', 'whole', 'removed')),
    process  TEXT COLLATE "C" NOT NULL,
    created  BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    file     TEXT COLLATE "C" NOT NULL -- JSON: what it is, once it is whole
);
CREATE INDEX upload_account ON upload (account, created);
CREATE INDEX upload_expires ON upload (expires);
