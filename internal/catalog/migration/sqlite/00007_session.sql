-- +goose Up
-- The password of staff is argon2id in its PHC form; members have none. An ended account signs in nowhere, and keeps its name.
ALTER TABLE account ADD COLUMN password TEXT;
ALTER TABLE account ADD COLUMN ended INTEGER;
-- The key of an app that shows six digits (RFC 6238), and the last step of its clock that let somebody in: none lets in twice.
ALTER TABLE account ADD COLUMN totp TEXT;
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

-- A device that is signed in. token is the SHA-256 of what the device holds.
CREATE TABLE session (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    account TEXT NOT NULL REFERENCES account (id),
    token   TEXT NOT NULL UNIQUE CHECK (length(token) = 43),
    label   TEXT NOT NULL,
    created INTEGER NOT NULL,
    used    INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account);

-- What lets somebody in once: the SHA-256 of the token of a link and, for a short time, of six digits, with how often digits were guessed
-- wrong meanwhile. The one without an account makes the first administrator.
CREATE TABLE invitation (
    id         TEXT PRIMARY KEY CHECK (length(id) = 12),
    account    TEXT UNIQUE REFERENCES account (id),
    token      TEXT NOT NULL UNIQUE CHECK (length(token) = 43),
    expires    INTEGER NOT NULL,
    code       TEXT UNIQUE CHECK (length(code) = 43),
    code_until INTEGER,
    code_tries INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Who follows the changes also hears that somebody's devices were signed out.
CREATE TABLE change_next (
    kind TEXT NOT NULL CHECK (kind IN ('work', 'agent', 'collection', 'genre', 'account')),
    id   TEXT NOT NULL,
    seq  INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
INSERT INTO change_next SELECT kind, id, seq FROM change;
DROP TABLE change;
ALTER TABLE change_next RENAME TO change;
