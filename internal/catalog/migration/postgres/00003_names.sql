-- +goose Up
-- Of a name that comes with a work nobody has said whether it is real or a pen name. Until now such names were stored as real ones, and
-- there was no other way to give a name.
ALTER TABLE agent_name DROP CONSTRAINT agent_name_kind_check;
ALTER TABLE agent_name ADD CONSTRAINT agent_name_kind_check CHECK (kind IN ('', 'real', 'pen', 'former'));
UPDATE agent_name SET kind = '' WHERE kind = 'real';
