-- +goose Up
-- Who an account is among the agents, on an administrator's word.
ALTER TABLE account ADD COLUMN agent TEXT;
-- What whoever proposed a purge had before their eyes; '' for proposals made before this was kept.
ALTER TABLE purge ADD COLUMN seen TEXT NOT NULL DEFAULT '';
