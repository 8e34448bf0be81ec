-- +goose Up
-- A work that turned out to be another. Its address, its key and its old address lead there. Without a reference: a rebuild may meet it before the other.
ALTER TABLE work ADD COLUMN merged TEXT CHECK (merged <> id);
CREATE INDEX work_merged ON work (merged) WHERE merged IS NOT NULL;
