-- +goose Up
-- Times are microseconds since the Unix epoch, UTC; NULL means not set. Booleans are 0 and 1.

CREATE TABLE genre (
    id           TEXT PRIMARY KEY CHECK (id <> ''),
    name         TEXT NOT NULL,
    english      TEXT NOT NULL,
    report_group TEXT NOT NULL,
    position     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX genre_order ON genre (position, id);

CREATE TABLE agent (
    id           TEXT PRIMARY KEY CHECK (length(id) = 12),
    organisation INTEGER NOT NULL CHECK (organisation IN (0, 1)),
    name_sort    TEXT NOT NULL,
    born         TEXT NOT NULL,
    died         TEXT NOT NULL,
    chapter      TEXT NOT NULL,
    biography    TEXT NOT NULL,
    predecessor  TEXT REFERENCES agent (id),
    successor    TEXT REFERENCES agent (id)
) STRICT;
CREATE INDEX agent_order ON agent (name_sort, id);

CREATE TABLE agent_name (
    agent     TEXT NOT NULL REFERENCES agent (id),
    position  INTEGER NOT NULL,
    name      TEXT NOT NULL CHECK (name <> ''),
    name_sort TEXT NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('real', 'pen', 'former')),
    from_date TEXT NOT NULL,
    to_date   TEXT NOT NULL,
    PRIMARY KEY (agent, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_name_sort ON agent_name (name_sort);

CREATE TABLE collection (
    id          TEXT PRIMARY KEY CHECK (length(id) = 12),
    parent      TEXT REFERENCES collection (id),
    title       TEXT NOT NULL CHECK (title <> ''),
    title_sort  TEXT NOT NULL,
    description TEXT NOT NULL,
    closes      INTEGER
) STRICT;
CREATE INDEX collection_parent ON collection (parent, title_sort, id);

-- opens and closes are the instants between which a published work may be shown, with the ends of time where none is
-- set, so that visibility is two comparisons. newest is published or, before that, created. report_group and medium
-- are copies that make a listing one index scan.
CREATE TABLE work (
    id                 TEXT PRIMARY KEY CHECK (length(id) = 12),
    key                TEXT NOT NULL,
    genre              TEXT NOT NULL REFERENCES genre (id),
    report_group       TEXT NOT NULL,
    medium             TEXT NOT NULL CHECK (medium IN ('video', 'audio', 'image', 'text', 'paged', 'other')),
    title              TEXT NOT NULL CHECK (title <> ''),
    title_sort         TEXT NOT NULL,
    description        TEXT NOT NULL,
    language           TEXT NOT NULL,
    date               TEXT NOT NULL,
    date_sort          TEXT NOT NULL,
    year               INTEGER NOT NULL,
    rights_statement   TEXT NOT NULL,
    rights_holder      TEXT NOT NULL,
    rights_evidence    TEXT NOT NULL,
    licence_until      INTEGER,
    copyright_until    INTEGER,
    audience           TEXT NOT NULL CHECK (audience IN ('public', 'members', 'staff')),
    state              TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'changes-requested', 'approved', 'published', 'withdrawn')),
    public_from        INTEGER,
    public_until       INTEGER,
    opens              INTEGER NOT NULL,
    closes             INTEGER NOT NULL,
    paper_number       TEXT NOT NULL,
    paper_issuer       TEXT NOT NULL,
    paper_signer       TEXT NOT NULL,
    paper_recipients   TEXT NOT NULL,
    paper_issue        TEXT NOT NULL,
    paper_page         TEXT NOT NULL,
    source_url         TEXT NOT NULL,
    source_path        TEXT NOT NULL,
    publish_when_ready INTEGER NOT NULL CHECK (publish_when_ready IN (0, 1)),
    withdrawn_reason   TEXT NOT NULL,
    created            INTEGER NOT NULL,
    updated            INTEGER NOT NULL,
    published          INTEGER,
    newest             INTEGER NOT NULL,
    version            INTEGER NOT NULL CHECK (version >= 1),
    preserved          INTEGER NOT NULL CHECK (preserved >= 0 AND preserved <= version)
) STRICT;
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
    work     TEXT NOT NULL REFERENCES work (id),
    position INTEGER NOT NULL,
    title    TEXT NOT NULL CHECK (title <> ''),
    PRIMARY KEY (work, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE representation (
    id       TEXT PRIMARY KEY CHECK (length(id) = 12),
    work     TEXT NOT NULL REFERENCES work (id),
    kind     TEXT NOT NULL CHECK (kind IN ('text', 'recording', 'reading', 'performance', 'score', 'scan', 'picture')),
    medium   TEXT NOT NULL CHECK (medium IN ('video', 'audio', 'image', 'text', 'paged', 'other')),
    label    TEXT NOT NULL,
    date     TEXT NOT NULL,
    position INTEGER NOT NULL
) STRICT;
CREATE INDEX representation_work ON representation (work, position, id);

-- name and path are bytes: a file name need not be valid UTF-8 and is kept as given. duration is in nanoseconds.
-- parts is how many rows of part the file has; the ordinal of a part within its work is counted from it.
CREATE TABLE file (
    id             TEXT PRIMARY KEY CHECK (length(id) = 12),
    work           TEXT NOT NULL REFERENCES work (id),
    representation TEXT NOT NULL REFERENCES representation (id),
    name           BLOB NOT NULL,
    path           BLOB NOT NULL,
    digest         TEXT NOT NULL,
    sha256         TEXT NOT NULL,
    size           INTEGER NOT NULL CHECK (size >= 0),
    type           TEXT NOT NULL,
    format         TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('staged', 'archived', 'purged')),
    key            TEXT NOT NULL,
    position       INTEGER NOT NULL,
    added          INTEGER NOT NULL,
    problem        TEXT NOT NULL,
    duration       INTEGER NOT NULL,
    width          INTEGER NOT NULL,
    height         INTEGER NOT NULL,
    pages          INTEGER NOT NULL,
    tags           TEXT NOT NULL,
    parts          INTEGER NOT NULL DEFAULT 0 CHECK (parts >= 0)
) STRICT;
CREATE INDEX file_work ON file (work);
CREATE INDEX file_representation ON file (representation, position, id);
CREATE INDEX file_digest ON file (digest, path);
CREATE INDEX file_key ON file (key);

CREATE TABLE derivative (
    file    TEXT NOT NULL REFERENCES file (id),
    recipe  TEXT NOT NULL CHECK (recipe <> ''),
    version INTEGER NOT NULL CHECK (version >= 1),
    work    TEXT NOT NULL REFERENCES work (id),
    state   TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'failed')),
    problem TEXT NOT NULL,
    prefix  TEXT NOT NULL,
    assets  TEXT NOT NULL,
    made    INTEGER,
    PRIMARY KEY (file, recipe, version)
) STRICT;
CREATE INDEX derivative_work ON derivative (work);
CREATE INDEX derivative_pending ON derivative (work) WHERE state = 'pending';

CREATE TABLE part (
    file     TEXT NOT NULL REFERENCES file (id),
    number   INTEGER NOT NULL CHECK (number >= 0),
    kind     TEXT NOT NULL,
    locator  TEXT NOT NULL,
    label    TEXT NOT NULL,
    text     TEXT NOT NULL,
    language TEXT NOT NULL,
    PRIMARY KEY (file, number)
) STRICT;

-- holder is the representation credited or, when the whole work is, the work itself.
CREATE TABLE credit (
    holder         TEXT NOT NULL,
    position       INTEGER NOT NULL,
    work           TEXT NOT NULL REFERENCES work (id),
    representation TEXT REFERENCES representation (id),
    agent          TEXT NOT NULL REFERENCES agent (id),
    name           TEXT NOT NULL,
    relator        TEXT NOT NULL,
    PRIMARY KEY (holder, position),
    CHECK (holder = coalesce(representation, work))
) STRICT, WITHOUT ROWID;
CREATE INDEX credit_agent ON credit (agent, work);
CREATE INDEX credit_work ON credit (work);
CREATE INDEX credit_representation ON credit (representation) WHERE representation IS NOT NULL;

CREATE TABLE relation (
    work     TEXT NOT NULL REFERENCES work (id),
    position INTEGER NOT NULL,
    type     TEXT NOT NULL CHECK (type IN ('sets-to-music', 'reading-of', 'published-in', 'translation-of', 'part-of')),
    target   TEXT NOT NULL REFERENCES work (id),
    PRIMARY KEY (work, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_target ON relation (target);

-- position orders the works of a collection, ordinal the collections of a work.
CREATE TABLE collection_work (
    collection TEXT NOT NULL REFERENCES collection (id),
    work       TEXT NOT NULL REFERENCES work (id),
    position   INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    PRIMARY KEY (collection, work)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_work_order ON collection_work (collection, position, work);
CREATE INDEX collection_work_work ON collection_work (work, ordinal);

CREATE TABLE event (
    work     TEXT NOT NULL REFERENCES work (id),
    sequence INTEGER NOT NULL CHECK (sequence >= 1),
    type     TEXT NOT NULL,
    agent    TEXT NOT NULL,
    time     INTEGER NOT NULL,
    outcome  TEXT NOT NULL CHECK (outcome IN ('success', 'failure')),
    detail   TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (work, sequence)
) STRICT;
-- +goose StatementBegin
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
-- +goose StatementEnd

-- One row for each thing that ever changed, at the sequence number of its last change.
CREATE TABLE change (
    kind TEXT NOT NULL CHECK (kind IN ('work', 'agent', 'collection', 'genre')),
    id   TEXT NOT NULL,
    seq  INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE change_counter (
    id  INTEGER PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter (id, seq) VALUES (1, 0);

-- Processes whose lock may be held; a row whose lock is free belongs to a process that died.
CREATE TABLE process (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    host    TEXT NOT NULL,
    pid     INTEGER NOT NULL,
    jobs    INTEGER NOT NULL CHECK (jobs IN (0, 1)),
    started INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE indexer (
    node    TEXT PRIMARY KEY CHECK (node <> ''),
    process TEXT NOT NULL REFERENCES process (id) ON DELETE CASCADE,
    applied INTEGER NOT NULL,
    beat    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX indexer_process ON indexer (process);

-- process is empty while nobody holds the lock. The row stays, so that the fence only ever grows.
CREATE TABLE object_lock (
    object  TEXT PRIMARY KEY CHECK (object <> ''),
    process TEXT NOT NULL,
    fence   INTEGER NOT NULL CHECK (fence >= 1)
) STRICT, WITHOUT ROWID;
CREATE INDEX object_lock_process ON object_lock (process) WHERE process <> '';

CREATE TABLE setting (
    name  TEXT PRIMARY KEY CHECK (name <> ''),
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
