-- +goose Up
-- rebuilt is the number of the last request to build the indexes anew that the node has served.
ALTER TABLE indexer ADD COLUMN rebuilt INTEGER NOT NULL DEFAULT 0;
