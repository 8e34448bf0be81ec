-- +goose Up
-- What somebody typed into the form of a work and has not saved yet, step by step. It is theirs alone and leaves no trace in the record.
CREATE TABLE edit (
    account TEXT NOT NULL,
    work    TEXT NOT NULL REFERENCES work (id),
    step    INTEGER NOT NULL,
    form    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, work, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_at ON edit (at);
