-- +goose Up
-- The password of staff is argon2id in its PHC form; members have none. An ended account signs in nowhere, and keeps its name.
ALTER TABLE account ADD COLUMN password TEXT COLLATE "C";
ALTER TABLE account ADD COLUMN ended BIGINT;
-- The key of an app that shows six digits (RFC 6238), and the last step of its clock that let somebody in: none lets in twice.
ALTER TABLE account ADD COLUMN totp TEXT COLLATE "C";
ALTER TABLE account ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;

-- A device that is signed in. token is the SHA-256 of what the device holds.
CREATE TABLE session (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    token   TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(token) = 43),
    label   TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    used    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);

-- What lets somebody in once: the SHA-256 of the token of a link and, for a short time, of six digits, with how often digits were guessed
-- wrong meanwhile. The one without an account makes the first administrator.
CREATE TABLE invitation (
    id         TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account    TEXT COLLATE "C" UNIQUE REFERENCES account (id),
    token      TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(token) = 43),
    expires    BIGINT NOT NULL,
    code       TEXT COLLATE "C" UNIQUE CHECK (length(code) = 43),
    code_until BIGINT,
    code_tries BIGINT NOT NULL DEFAULT 0
);

-- Who follows the changes also hears that somebody's devices were signed out.
ALTER TABLE change DROP CONSTRAINT change_kind_check;
ALTER TABLE change ADD CONSTRAINT change_kind_check CHECK (kind IN ('work', 'agent', 'collection', 'genre', 'account'));
