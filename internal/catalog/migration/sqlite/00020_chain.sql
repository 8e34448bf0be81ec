-- +goose Up
-- The newest event of each work: from it the next goes on, and by it a chain that lost its end is told from one that never was longer.
CREATE TABLE chain (
    work     TEXT PRIMARY KEY REFERENCES work (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    hash     TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT, WITHOUT ROWID;
INSERT INTO chain (work, sequence, hash)
    SELECT e.work, e.sequence, e.hash FROM event e WHERE e.sequence = (SELECT max(l.sequence) FROM event l WHERE l.work = e.work);
-- +goose StatementBegin
CREATE TRIGGER event_leads AFTER INSERT ON event
BEGIN
    INSERT INTO chain (work, sequence, hash) VALUES (new.work, new.sequence, new.hash)
        ON CONFLICT (work) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash WHERE chain.sequence < excluded.sequence;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER chain_only_grows BEFORE UPDATE ON chain WHEN new.sequence <= old.sequence
BEGIN SELECT RAISE(ABORT, 'chains only grow'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'chains only grow'); END;
-- +goose StatementEnd
