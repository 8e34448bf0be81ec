-- +goose Up
-- Times are microseconds since the Unix epoch, UTC; NULL means not set. Booleans are 0 and 1.
-- COLLATE "C" makes text compare by its bytes, as on SQLite: Vietnamese order comes from stored sort keys.

CREATE TABLE genre (
    id           TEXT COLLATE "C" PRIMARY KEY CHECK (id <> ''),
    name         TEXT COLLATE "C" NOT NULL,
    english      TEXT COLLATE "C" NOT NULL,
    report_group TEXT COLLATE "C" NOT NULL,
    position     BIGINT NOT NULL
);
CREATE INDEX genre_order ON genre (position, id);

CREATE TABLE agent (
    id           TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    organisation BIGINT NOT NULL CHECK (organisation IN (0, 1)),
    name_sort    TEXT COLLATE "C" NOT NULL,
    born         TEXT COLLATE "C" NOT NULL,
    died         TEXT COLLATE "C" NOT NULL,
    chapter      TEXT COLLATE "C" NOT NULL,
    biography    TEXT COLLATE "C" NOT NULL,
    predecessor  TEXT COLLATE "C" REFERENCES agent (id),
    successor    TEXT COLLATE "C" REFERENCES agent (id)
);
CREATE INDEX agent_order ON agent (name_sort, id);

CREATE TABLE agent_name (
    agent     TEXT COLLATE "C" NOT NULL REFERENCES agent (id),
    position  BIGINT NOT NULL,
    name      TEXT COLLATE "C" NOT NULL CHECK (name <> ''),
    name_sort TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL CHECK (kind IN ('real', 'pen', 'former')),
    from_date TEXT COLLATE "C" NOT NULL,
    to_date   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (agent, position)
);
CREATE INDEX agent_name_sort ON agent_name (name_sort);

CREATE TABLE collection (
    id          TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    parent      TEXT COLLATE "C" REFERENCES collection (id),
    title       TEXT COLLATE "C" NOT NULL CHECK (title <> ''),
    title_sort  TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    closes      BIGINT
);
CREATE INDEX collection_parent ON collection (parent, title_sort, id);

-- opens and closes are the instants between which a published work may be shown, with the ends of time where none is
-- set, so that visibility is two comparisons. newest is published or, before that, created. report_group and medium
-- are copies that make a listing one index scan.
CREATE TABLE work (
    id                 TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    key                TEXT COLLATE "C" NOT NULL,
    genre              TEXT COLLATE "C" NOT NULL REFERENCES genre (id),
    report_group       TEXT COLLATE "C" NOT NULL,
    medium             TEXT COLLATE "C" NOT NULL CHECK (medium IN ('video', 'audio', 'image', 'text', 'paged', 'other')),
    title              TEXT COLLATE "C" NOT NULL CHECK (title <> ''),
    title_sort         TEXT COLLATE "C" NOT NULL,
    description        TEXT COLLATE "C" NOT NULL,
    language           TEXT COLLATE "C" NOT NULL,
    date               TEXT COLLATE "C" NOT NULL,
    date_sort          TEXT COLLATE "C" NOT NULL,
    year               BIGINT NOT NULL,
    rights_statement   TEXT COLLATE "C" NOT NULL,
    rights_holder      TEXT COLLATE "C" NOT NULL,
    rights_evidence    TEXT COLLATE "C" NOT NULL,
    licence_until      BIGINT,
    copyright_until    BIGINT,
    audience           TEXT COLLATE "C" NOT NULL CHECK (audience IN ('public', 'members', 'staff')),
    state              TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'submitted', 'changes-requested', 'approved', 'published', 'withdrawn')),
    public_from        BIGINT,
    public_until       BIGINT,
    opens              BIGINT NOT NULL,
    closes             BIGINT NOT NULL,
    paper_number       TEXT COLLATE "C" NOT NULL,
    paper_issuer       TEXT COLLATE "C" NOT NULL,
    paper_signer       TEXT COLLATE "C" NOT NULL,
    paper_recipients   TEXT COLLATE "C" NOT NULL,
    paper_issue        TEXT COLLATE "C" NOT NULL,
    paper_page         TEXT COLLATE "C" NOT NULL,
    source_url         TEXT COLLATE "C" NOT NULL,
    source_path        TEXT COLLATE "C" NOT NULL,
    publish_when_ready BIGINT NOT NULL CHECK (publish_when_ready IN (0, 1)),
    withdrawn_reason   TEXT COLLATE "C" NOT NULL,
    created            BIGINT NOT NULL,
    updated            BIGINT NOT NULL,
    published          BIGINT,
    newest             BIGINT NOT NULL,
    version            BIGINT NOT NULL CHECK (version >= 1),
    preserved          BIGINT NOT NULL CHECK (preserved >= 0 AND preserved <= version)
);
CREATE UNIQUE INDEX work_key ON work (key) WHERE key <> '';
CREATE INDEX work_source_url ON work (source_url) WHERE source_url <> '';
CREATE INDEX work_source_path ON work (source_path) WHERE source_path <> '';
CREATE INDEX work_newest ON work (state, newest, id);
CREATE INDEX work_title_order ON work (state, title_sort, id);
CREATE INDEX work_date_order ON work (state, date_sort, id);
CREATE INDEX work_genre_newest ON work (state, genre, newest, id);
CREATE INDEX work_genre_title ON work (state, genre, title_sort, id);
CREATE INDEX work_genre_date ON work (state, genre, date_sort, id);
CREATE INDEX work_group_newest ON work (state, report_group, newest, id);
CREATE INDEX work_group_title ON work (state, report_group, title_sort, id);
CREATE INDEX work_group_date ON work (state, report_group, date_sort, id);
CREATE INDEX work_medium_newest ON work (state, medium, newest, id);
CREATE INDEX work_medium_title ON work (state, medium, title_sort, id);
CREATE INDEX work_medium_date ON work (state, medium, date_sort, id);
CREATE INDEX work_year ON work (state, year, newest, id);
CREATE INDEX work_count ON work (state, audience, genre, medium, report_group, year, opens, closes);
CREATE INDEX work_opens ON work (state, opens);
CREATE INDEX work_closes ON work (state, closes);
CREATE INDEX work_genre ON work (genre);

CREATE TABLE work_title (
    work     TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    position BIGINT NOT NULL,
    title    TEXT COLLATE "C" NOT NULL CHECK (title <> ''),
    PRIMARY KEY (work, position)
);

CREATE TABLE representation (
    id       TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    work     TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    kind     TEXT COLLATE "C" NOT NULL CHECK (kind IN ('text', 'recording', 'reading', 'performance', 'score', 'scan', 'picture')),
    medium   TEXT COLLATE "C" NOT NULL CHECK (medium IN ('video', 'audio', 'image', 'text', 'paged', 'other')),
    label    TEXT COLLATE "C" NOT NULL,
    date     TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL
);
CREATE INDEX representation_work ON representation (work, position, id);

-- name and path are bytes: a file name need not be valid UTF-8 and is kept as given. duration is in nanoseconds.
-- parts is how many rows of part the file has; the ordinal of a part within its work is counted from it.
CREATE TABLE file (
    id             TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    work           TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    representation TEXT COLLATE "C" NOT NULL REFERENCES representation (id),
    name           BYTEA NOT NULL,
    path           BYTEA NOT NULL,
    digest         TEXT COLLATE "C" NOT NULL,
    sha256         TEXT COLLATE "C" NOT NULL,
    size           BIGINT NOT NULL CHECK (size >= 0),
    type           TEXT COLLATE "C" NOT NULL,
    format         TEXT COLLATE "C" NOT NULL,
    state          TEXT COLLATE "C" NOT NULL CHECK (state IN ('staged', 'archived', 'purged')),
    key            TEXT COLLATE "C" NOT NULL,
    position       BIGINT NOT NULL,
    added          BIGINT NOT NULL,
    problem        TEXT COLLATE "C" NOT NULL,
    duration       BIGINT NOT NULL,
    width          BIGINT NOT NULL,
    height         BIGINT NOT NULL,
    pages          BIGINT NOT NULL,
    tags           TEXT COLLATE "C" NOT NULL,
    parts          BIGINT NOT NULL DEFAULT 0 CHECK (parts >= 0)
);
CREATE INDEX file_work ON file (work);
CREATE INDEX file_representation ON file (representation, position, id);
CREATE INDEX file_digest ON file (digest, path);
CREATE INDEX file_key ON file (key);

CREATE TABLE derivative (
    file    TEXT COLLATE "C" NOT NULL REFERENCES file (id),
    recipe  TEXT COLLATE "C" NOT NULL CHECK (recipe <> ''),
    version BIGINT NOT NULL CHECK (version >= 1),
    work    TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    state   TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'ready', 'failed')),
    problem TEXT COLLATE "C" NOT NULL,
    prefix  TEXT COLLATE "C" NOT NULL,
    assets  TEXT COLLATE "C" NOT NULL,
    made    BIGINT,
    PRIMARY KEY (file, recipe, version)
);
CREATE INDEX derivative_work ON derivative (work);
CREATE INDEX derivative_pending ON derivative (work) WHERE state = 'pending';

CREATE TABLE part (
    file     TEXT COLLATE "C" NOT NULL REFERENCES file (id),
    number   BIGINT NOT NULL CHECK (number >= 0),
    kind     TEXT COLLATE "C" NOT NULL,
    locator  TEXT COLLATE "C" NOT NULL,
    label    TEXT COLLATE "C" NOT NULL,
    text     TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (file, number)
);

-- holder is the representation credited or, when the whole work is, the work itself.
CREATE TABLE credit (
    holder         TEXT COLLATE "C" NOT NULL,
    position       BIGINT NOT NULL,
    work           TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    representation TEXT COLLATE "C" REFERENCES representation (id),
    agent          TEXT COLLATE "C" NOT NULL REFERENCES agent (id),
    name           TEXT COLLATE "C" NOT NULL,
    relator        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (holder, position),
    CHECK (holder = coalesce(representation, work))
);
CREATE INDEX credit_agent ON credit (agent, work);
CREATE INDEX credit_work ON credit (work);
CREATE INDEX credit_representation ON credit (representation) WHERE representation IS NOT NULL;

CREATE TABLE relation (
    work     TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    position BIGINT NOT NULL,
    type     TEXT COLLATE "C" NOT NULL CHECK (type IN ('sets-to-music', 'reading-of', 'published-in', 'translation-of', 'part-of')),
    target   TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    PRIMARY KEY (work, position)
);
CREATE INDEX relation_target ON relation (target);

-- position orders the works of a collection, ordinal the collections of a work.
CREATE TABLE collection_work (
    collection TEXT COLLATE "C" NOT NULL REFERENCES collection (id),
    work       TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    position   BIGINT NOT NULL,
    ordinal    BIGINT NOT NULL,
    PRIMARY KEY (collection, work)
);
CREATE INDEX collection_work_order ON collection_work (collection, position, work);
CREATE INDEX collection_work_work ON collection_work (work, ordinal);

CREATE TABLE event (
    work     TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    sequence BIGINT NOT NULL CHECK (sequence >= 1),
    type     TEXT COLLATE "C" NOT NULL,
    agent    TEXT COLLATE "C" NOT NULL,
    time     BIGINT NOT NULL,
    outcome  TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('success', 'failure')),
    detail   TEXT COLLATE "C" NOT NULL,
    previous TEXT COLLATE "C" NOT NULL,
    hash     TEXT COLLATE "C" NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (work, sequence)
);
-- +goose StatementBegin
CREATE FUNCTION event_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION event_append_only();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_append_only();

-- One row for each thing that ever changed, at the sequence number of its last change.
CREATE TABLE change (
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('work', 'agent', 'collection', 'genre')),
    id   TEXT COLLATE "C" NOT NULL,
    seq  BIGINT NOT NULL UNIQUE,
    PRIMARY KEY (kind, id)
);
CREATE TABLE change_counter (
    id  BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO change_counter (id, seq) VALUES (1, 0);

-- Processes whose lock may be held; a row whose lock is free belongs to a process that died.
CREATE TABLE process (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    host    TEXT COLLATE "C" NOT NULL,
    pid     BIGINT NOT NULL,
    jobs    BIGINT NOT NULL CHECK (jobs IN (0, 1)),
    started BIGINT NOT NULL
);

CREATE TABLE indexer (
    node    TEXT COLLATE "C" PRIMARY KEY CHECK (node <> ''),
    process TEXT COLLATE "C" NOT NULL REFERENCES process (id) ON DELETE CASCADE,
    applied BIGINT NOT NULL,
    beat    BIGINT NOT NULL
);
CREATE INDEX indexer_process ON indexer (process);

-- process is empty while nobody holds the lock. The row stays, so that the fence only ever grows.
CREATE TABLE object_lock (
    object  TEXT COLLATE "C" PRIMARY KEY CHECK (object <> ''),
    process TEXT COLLATE "C" NOT NULL,
    fence   BIGINT NOT NULL CHECK (fence >= 1)
);
CREATE INDEX object_lock_process ON object_lock (process) WHERE process <> '';

CREATE TABLE setting (
    name  TEXT COLLATE "C" PRIMARY KEY CHECK (name <> ''),
    value TEXT COLLATE "C" NOT NULL
);
