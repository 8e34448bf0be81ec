-- +goose Up
-- Of a name that comes with a work nobody has said whether it is real or a pen name. Until now such names were stored as real ones, and
-- there was no other way to give a name.
CREATE TABLE agent_name_said (
    agent     TEXT NOT NULL REFERENCES agent (id),
    position  INTEGER NOT NULL,
    name      TEXT NOT NULL CHECK (name <> ''),
    name_sort TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('', 'real', 'pen', 'former')),
    from_date TEXT NOT NULL,
    to_date   TEXT NOT NULL,
    PRIMARY KEY (agent, position)
) STRICT, WITHOUT ROWID;
INSERT INTO agent_name_said (agent, position, name, name_sort, kind, from_date, to_date)
    SELECT agent, position, name, name_sort, CASE kind WHEN 'real' THEN '' ELSE kind END, from_date, to_date FROM agent_name;
DROP TABLE agent_name;
ALTER TABLE agent_name_said RENAME TO agent_name;
CREATE INDEX agent_name_sort ON agent_name (name_sort);
