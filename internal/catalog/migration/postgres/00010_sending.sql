-- +goose Up
-- Six characters by which an archivist finds the draft whose sender asks for help. code is a digest.
CREATE TABLE help (
    code    TEXT COLLATE "C" PRIMARY KEY CHECK (length(code) = 43),
    work    TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES work (id),
    expires BIGINT NOT NULL
);

-- Links by which a work is followed without signing in. token is a digest.
CREATE TABLE follow (
    token TEXT COLLATE "C" PRIMARY KEY CHECK (length(token) = 43),
    work  TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES work (id),
    made  BIGINT NOT NULL
);

-- What an account sent; see archive.Sent.
CREATE INDEX event_sent ON event (agent, work) WHERE type IN ('creation', 'ingestion', 'submission');
