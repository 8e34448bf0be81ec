-- +goose Up
-- What somebody typed into the form of a work and has not saved yet, step by step. It is theirs alone and leaves no trace in the record.
CREATE TABLE edit (
    account TEXT COLLATE "C" NOT NULL,
    work    TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    step    BIGINT NOT NULL,
    form    TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, work, step)
);
CREATE INDEX edit_at ON edit (at);
