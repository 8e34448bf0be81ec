-- +goose Up
-- poster_at is the instant of the poster in its film, in µs; -1: the picture that lies in the file.
ALTER TABLE work ADD COLUMN poster_at BIGINT NOT NULL DEFAULT 0;
