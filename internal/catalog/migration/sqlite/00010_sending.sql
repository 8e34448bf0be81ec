-- +goose Up
-- Six characters by which an archivist finds the draft whose sender asks for help. code is a digest.
CREATE TABLE help (
    code    TEXT PRIMARY KEY CHECK (length(code) = 43),
    work    TEXT NOT NULL UNIQUE REFERENCES work (id),
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Links by which a work is followed without signing in. token is a digest.
CREATE TABLE follow (
    token TEXT PRIMARY KEY CHECK (length(token) = 43),
    work  TEXT NOT NULL UNIQUE REFERENCES work (id),
    made  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What an account sent; see archive.Sent.
CREATE INDEX event_sent ON event (agent, work) WHERE type IN ('creation', 'ingestion', 'submission');
