-- +goose Up
-- Works whose bytes are to be destroyed: one administrator proposes, another confirms, and then it is done, however often it is stopped.
CREATE TABLE purge (
    work           TEXT COLLATE "C" PRIMARY KEY REFERENCES work (id),
    cause          TEXT COLLATE "C" NOT NULL CHECK (cause IN ('order', 'personal-data', 'malware')),
    reason         TEXT COLLATE "C" NOT NULL CHECK (reason <> ''),
    proposed       BIGINT NOT NULL,
    proposed_by    TEXT COLLATE "C" NOT NULL,
    proposed_name  TEXT COLLATE "C" NOT NULL,
    confirmed      BIGINT,
    confirmed_by   TEXT COLLATE "C" NOT NULL,
    confirmed_name TEXT COLLATE "C" NOT NULL,
    done           BIGINT,
    CHECK (confirmed IS NULL OR confirmed_by <> proposed_by),
    CHECK (done IS NULL OR confirmed IS NOT NULL)
);
CREATE INDEX purge_due ON purge (work) WHERE confirmed IS NOT NULL AND done IS NULL;

-- What a work of a genre earns from a day on: unit đồng × coefficient hundredths / 100.
CREATE TABLE royalty_rate (
    genre       TEXT COLLATE "C" NOT NULL REFERENCES genre (id),
    from_day    TEXT COLLATE "C" NOT NULL CHECK (length(from_day) = 10),
    unit        BIGINT NOT NULL CHECK (unit >= 0),
    coefficient BIGINT NOT NULL CHECK (coefficient >= 0),
    PRIMARY KEY (genre, from_day)
);

-- A sheet is of a month ('2026-11') or of an issue of the magazine, a work. Once closed its rows do not change but for being paid.
CREATE TABLE royalty_sheet (
    id         TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    month      TEXT COLLATE "C" NOT NULL,
    issue      TEXT COLLATE "C" REFERENCES work (id),
    due        TEXT COLLATE "C" NOT NULL,
    made       BIGINT NOT NULL,
    made_name  TEXT COLLATE "C" NOT NULL,
    closed     BIGINT,
    closed_name TEXT COLLATE "C" NOT NULL,
    CHECK ((month = '') <> (issue IS NULL))
);
CREATE UNIQUE INDEX royalty_sheet_month ON royalty_sheet (month) WHERE month <> '';
CREATE UNIQUE INDEX royalty_sheet_issue ON royalty_sheet (issue) WHERE issue IS NOT NULL;

-- corrects is the row of a closed sheet that this one corrects by its difference.
CREATE TABLE royalty_row (
    id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    sheet       TEXT COLLATE "C" NOT NULL REFERENCES royalty_sheet (id),
    position    BIGINT NOT NULL,
    work        TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    title       TEXT COLLATE "C" NOT NULL,
    genre       TEXT COLLATE "C" NOT NULL,
    agent       TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    unit        BIGINT NOT NULL,
    coefficient BIGINT NOT NULL,
    amount      BIGINT NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    corrects    TEXT COLLATE "C" REFERENCES royalty_row (id),
    added       BIGINT NOT NULL,
    added_name  TEXT COLLATE "C" NOT NULL,
    paid        BIGINT,
    paid_name   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX royalty_row_sheet ON royalty_row (sheet, position, id);
CREATE INDEX royalty_row_work ON royalty_row (work);
CREATE INDEX royalty_row_agent ON royalty_row (agent) WHERE agent <> '';
CREATE INDEX royalty_row_corrects ON royalty_row (corrects) WHERE corrects IS NOT NULL;

-- The roll of members. facts is JSON (archive.Member). Of a person who was removed there is the row with nothing in it.
CREATE TABLE roll (
    id        TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    name_sort TEXT COLLATE "C" NOT NULL,
    agent     TEXT COLLATE "C",
    account   TEXT COLLATE "C",
    facts     TEXT COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL CHECK (version >= 1),
    updated   BIGINT NOT NULL,
    removed   BIGINT
);
CREATE INDEX roll_order ON roll (name_sort, id);
CREATE UNIQUE INDEX roll_agent ON roll (agent) WHERE agent IS NOT NULL;
CREATE UNIQUE INDEX roll_account ON roll (account) WHERE account IS NOT NULL;
