-- +goose Up
-- The newest event of each work: from it the next goes on, and by it a chain that lost its end is told from one that never was longer.
CREATE TABLE chain (
    work     TEXT COLLATE "C" PRIMARY KEY REFERENCES work (id),
    sequence BIGINT NOT NULL CHECK (sequence >= 1),
    hash     TEXT COLLATE "C" NOT NULL CHECK (length(hash) = 64)
);
INSERT INTO chain (work, sequence, hash)
    SELECT DISTINCT ON (work) work, sequence, hash FROM event ORDER BY work, sequence DESC;
-- +goose StatementBegin
CREATE FUNCTION event_leads() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chain (work, sequence, hash) VALUES (NEW.work, NEW.sequence, NEW.hash)
        ON CONFLICT (work) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash WHERE chain.sequence < excluded.sequence;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER event_leads AFTER INSERT ON event
    FOR EACH ROW EXECUTE FUNCTION event_leads();
-- +goose StatementBegin
CREATE FUNCTION chain_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.sequence > OLD.sequence THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'chains only grow';
END $$;
-- +goose StatementEnd
CREATE TRIGGER chain_no_change BEFORE UPDATE OR DELETE ON chain
    FOR EACH ROW EXECUTE FUNCTION chain_only_grows();
CREATE TRIGGER chain_no_truncate BEFORE TRUNCATE ON chain
    FOR EACH STATEMENT EXECUTE FUNCTION chain_only_grows();
