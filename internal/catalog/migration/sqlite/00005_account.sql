-- +goose Up
-- Who may sign in. name is what they type: lowercase, without marks.
CREATE TABLE account (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    name    TEXT NOT NULL UNIQUE CHECK (name <> ''),
    shown   TEXT NOT NULL,
    roles   TEXT NOT NULL, -- JSON list
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Passwords that a program keeps on one device. They open /rest and nothing else, and are random, so that they are stored as they are: a
-- token of that protocol is a digest of the password itself.
CREATE TABLE app_password (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    account TEXT NOT NULL REFERENCES account (id),
    label   TEXT NOT NULL,
    secret  TEXT NOT NULL UNIQUE CHECK (length(secret) >= 20),
    created INTEGER NOT NULL,
    used    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX app_password_account ON app_password (account);

-- What an account marked in its player: thing is a file, a work, a collection or an agent; identifiers are unique among all of them.
CREATE TABLE star (
    account TEXT NOT NULL REFERENCES account (id),
    thing   TEXT NOT NULL CHECK (length(thing) = 12),
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, thing)
) STRICT, WITHOUT ROWID;

CREATE TABLE play (
    account TEXT NOT NULL REFERENCES account (id),
    file    TEXT NOT NULL CHECK (length(file) = 12),
    work    TEXT NOT NULL CHECK (length(work) = 12),
    times   INTEGER NOT NULL CHECK (times >= 1),
    last    INTEGER NOT NULL,
    PRIMARY KEY (account, file)
) STRICT, WITHOUT ROWID;
