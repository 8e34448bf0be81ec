-- +goose Up
-- What people did beside works: to accounts and to what the association sets. detail is a JSON list of what changed.
CREATE TABLE deed (
    id     TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    time   BIGINT NOT NULL,
    agent  TEXT COLLATE "C" NOT NULL,
    name   TEXT COLLATE "C" NOT NULL,
    kind   TEXT COLLATE "C" NOT NULL CHECK (kind <> ''),
    thing  TEXT COLLATE "C" NOT NULL,
    label  TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deed_time ON deed (time, id);
-- +goose StatementBegin
CREATE FUNCTION deed_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'deeds are append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER deed_no_change BEFORE UPDATE OR DELETE ON deed
    FOR EACH ROW EXECUTE FUNCTION deed_append_only();
CREATE TRIGGER deed_no_truncate BEFORE TRUNCATE ON deed
    FOR EACH STATEMENT EXECUTE FUNCTION deed_append_only();

-- The record of all works by time, and that of one person.
CREATE INDEX event_time ON event (time, work, sequence);
CREATE INDEX event_agent ON event (agent, time, work, sequence);

-- What a person has looked at of what waits for them.
CREATE TABLE notice_seen (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    key     TEXT COLLATE "C" NOT NULL CHECK (key <> ''),
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
