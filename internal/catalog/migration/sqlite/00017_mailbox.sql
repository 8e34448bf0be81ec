-- +goose Up
-- Where an account gets letters. The address is its owner's once a link was followed that was mailed to it; of the link only the digest is kept.
CREATE TABLE mailbox (
    account   TEXT PRIMARY KEY REFERENCES account (id),
    address   TEXT NOT NULL CHECK (address <> ''),
    language  TEXT NOT NULL,
    choices   TEXT NOT NULL,
    leave     TEXT NOT NULL UNIQUE,
    entered   INTEGER NOT NULL,
    token     TEXT UNIQUE,
    expires   INTEGER,
    confirmed INTEGER,
    refused   INTEGER,
    reason    TEXT NOT NULL,
    letter    TEXT NOT NULL,
    tries     INTEGER NOT NULL,
    not_before INTEGER,
    daily     INTEGER,
    prompt    INTEGER,
    CHECK (refused IS NULL OR reason <> '')
) STRICT, WITHOUT ROWID;

-- Notices that were mailed to an account.
CREATE TABLE mailed (
    account TEXT NOT NULL REFERENCES account (id),
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
