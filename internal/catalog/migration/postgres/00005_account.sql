-- +goose Up
-- Who may sign in. name is what they type: lowercase, without marks.
CREATE TABLE account (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    name    TEXT COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
    shown   TEXT COLLATE "C" NOT NULL,
    roles   TEXT COLLATE "C" NOT NULL, -- JSON list
    created BIGINT NOT NULL
);

-- Passwords that a program keeps on one device. They open /rest and nothing else, and are random, so that they are stored as they are: a
-- token of that protocol is a digest of the password itself.
CREATE TABLE app_password (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    label   TEXT COLLATE "C" NOT NULL,
    secret  TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(secret) >= 20),
    created BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX app_password_account ON app_password (account);

-- What an account marked in its player: thing is a file, a work, a collection or an agent; identifiers are unique among all of them.
CREATE TABLE star (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    thing   TEXT COLLATE "C" NOT NULL CHECK (length(thing) = 12),
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, thing)
);

CREATE TABLE play (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    file    TEXT COLLATE "C" NOT NULL CHECK (length(file) = 12),
    work    TEXT COLLATE "C" NOT NULL CHECK (length(work) = 12),
    times   BIGINT NOT NULL CHECK (times >= 1),
    last    BIGINT NOT NULL,
    PRIMARY KEY (account, file)
);
