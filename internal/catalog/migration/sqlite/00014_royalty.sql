-- +goose Up
-- Works whose bytes are to be destroyed: one administrator proposes, another confirms, and then it is done, however often it is stopped.
CREATE TABLE purge (
    work           TEXT PRIMARY KEY REFERENCES work (id),
    cause          TEXT NOT NULL CHECK (cause IN ('order', 'personal-data', 'malware')),
    reason         TEXT NOT NULL CHECK (reason <> ''),
    proposed       INTEGER NOT NULL,
    proposed_by    TEXT NOT NULL,
    proposed_name  TEXT NOT NULL,
    confirmed      INTEGER,
    confirmed_by   TEXT NOT NULL,
    confirmed_name TEXT NOT NULL,
    done           INTEGER,
    CHECK (confirmed IS NULL OR confirmed_by <> proposed_by),
    CHECK (done IS NULL OR confirmed IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX purge_due ON purge (work) WHERE confirmed IS NOT NULL AND done IS NULL;

-- What a work of a genre earns from a day on: unit đồng × coefficient hundredths / 100.
CREATE TABLE royalty_rate (
    genre       TEXT NOT NULL REFERENCES genre (id),
    from_day    TEXT NOT NULL CHECK (length(from_day) = 10),
    unit        INTEGER NOT NULL CHECK (unit >= 0),
    coefficient INTEGER NOT NULL CHECK (coefficient >= 0),
    PRIMARY KEY (genre, from_day)
) STRICT, WITHOUT ROWID;

-- A sheet is of a month ('2026-11') or of an issue of the magazine, a work. Once closed its rows do not change but for being paid.
CREATE TABLE royalty_sheet (
    id         TEXT PRIMARY KEY CHECK (length(id) = 12),
    month      TEXT NOT NULL,
    issue      TEXT REFERENCES work (id),
    due        TEXT NOT NULL,
    made       INTEGER NOT NULL,
    made_name  TEXT NOT NULL,
    closed     INTEGER,
    closed_name TEXT NOT NULL,
    CHECK ((month = '') <> (issue IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX royalty_sheet_month ON royalty_sheet (month) WHERE month <> '';
CREATE UNIQUE INDEX royalty_sheet_issue ON royalty_sheet (issue) WHERE issue IS NOT NULL;

-- corrects is the row of a closed sheet that this one corrects by its difference.
CREATE TABLE royalty_row (
    id          TEXT PRIMARY KEY CHECK (length(id) = 12),
    sheet       TEXT NOT NULL REFERENCES royalty_sheet (id),
    position    INTEGER NOT NULL,
    work        TEXT NOT NULL REFERENCES work (id),
    title       TEXT NOT NULL,
    genre       TEXT NOT NULL,
    agent       TEXT NOT NULL,
    name        TEXT NOT NULL CHECK (name <> ''),
    unit        INTEGER NOT NULL,
    coefficient INTEGER NOT NULL,
    amount      INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    corrects    TEXT REFERENCES royalty_row (id),
    added       INTEGER NOT NULL,
    added_name  TEXT NOT NULL,
    paid        INTEGER,
    paid_name   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX royalty_row_sheet ON royalty_row (sheet, position, id);
CREATE INDEX royalty_row_work ON royalty_row (work);
CREATE INDEX royalty_row_agent ON royalty_row (agent) WHERE agent <> '';
CREATE INDEX royalty_row_corrects ON royalty_row (corrects) WHERE corrects IS NOT NULL;

-- The roll of members. facts is JSON (archive.Member). Of a person who was removed there is the row with nothing in it.
CREATE TABLE roll (
    id        TEXT PRIMARY KEY CHECK (length(id) = 12),
    name_sort TEXT NOT NULL,
    agent     TEXT,
    account   TEXT,
    facts     TEXT NOT NULL,
    version   INTEGER NOT NULL CHECK (version >= 1),
    updated   INTEGER NOT NULL,
    removed   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX roll_order ON roll (name_sort, id);
CREATE UNIQUE INDEX roll_agent ON roll (agent) WHERE agent IS NOT NULL;
CREATE UNIQUE INDEX roll_account ON roll (account) WHERE account IS NOT NULL;
