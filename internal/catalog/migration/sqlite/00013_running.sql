-- +goose Up
-- What people did beside works: to accounts and to what the association sets. detail is a JSON list of what changed.
CREATE TABLE deed (
    id     TEXT PRIMARY KEY CHECK (length(id) = 12),
    time   INTEGER NOT NULL,
    agent  TEXT NOT NULL,
    name   TEXT NOT NULL,
    kind   TEXT NOT NULL CHECK (kind <> ''),
    thing  TEXT NOT NULL,
    label  TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deed_time ON deed (time, id);
-- +goose StatementBegin
CREATE TRIGGER deed_no_update BEFORE UPDATE ON deed
BEGIN SELECT RAISE(ABORT, 'deeds are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER deed_no_delete BEFORE DELETE ON deed
BEGIN SELECT RAISE(ABORT, 'deeds are append-only'); END;
-- +goose StatementEnd

-- The record of all works by time, and that of one person.
CREATE INDEX event_time ON event (time, work, sequence);
CREATE INDEX event_agent ON event (agent, time, work, sequence);

-- What a person has looked at of what waits for them.
CREATE TABLE notice_seen (
    account TEXT NOT NULL REFERENCES account (id),
    key     TEXT NOT NULL CHECK (key <> ''),
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
