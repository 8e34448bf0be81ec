-- +goose Up
-- What somebody brings in by a list of files: the list and the files are uploads of the account, rows are what the list says of each file and
-- what becomes of it. Nothing here is content: an intake is done with once its works are in.
CREATE TABLE intake (
    id       TEXT PRIMARY KEY CHECK (length(id) = 12),
    account  TEXT NOT NULL REFERENCES account (id),
    stage    TEXT NOT NULL CHECK (stage IN ('gathering', 'checking', 'checked', 'taking', 'taken')),
    next     INTEGER NOT NULL, -- rows before it are settled in this stage; 0: the list has still to be read
    manifest TEXT NOT NULL, -- the upload that is the list, '' for none
    detail   TEXT NOT NULL, -- JSON
    created  INTEGER NOT NULL,
    changed  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX intake_account ON intake (account, created);
CREATE TABLE intake_file (
    intake TEXT NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
    upload TEXT NOT NULL CHECK (length(upload) = 12),
    path   TEXT NOT NULL CHECK (path <> ''),
    PRIMARY KEY (intake, path)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX intake_file_upload ON intake_file (upload);
CREATE TABLE intake_row (
    intake TEXT NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    grp    INTEGER NOT NULL, -- the first row of the same work
    file   TEXT NOT NULL,
    upload TEXT NOT NULL, -- '' for none
    cells  TEXT NOT NULL, -- JSON; '' when nobody said anything of the file
    fate   TEXT NOT NULL,
    done   INTEGER NOT NULL CHECK (done IN (0, 1)),
    work   TEXT NOT NULL, -- '' for none
    remark TEXT NOT NULL, -- JSON; '' for none
    PRIMARY KEY (intake, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX intake_row_grp ON intake_row (intake, grp, number);
CREATE INDEX intake_row_fate ON intake_row (intake, fate, number);
-- One change made to many works together: what it is, of which works, and what stood there before, so that all of it can be undone.
CREATE TABLE batch (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    account TEXT NOT NULL REFERENCES account (id),
    stage   TEXT NOT NULL CHECK (stage IN ('checking', 'checked', 'applying', 'applied', 'undoing', 'undone')),
    next    INTEGER NOT NULL, -- works before it are settled in this stage
    edit    TEXT NOT NULL, -- JSON
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_account ON batch (account, created);
CREATE TABLE batch_work (
    batch  TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number > 0),
    work   TEXT NOT NULL,
    fate   TEXT NOT NULL,
    before TEXT NOT NULL, -- JSON
    after  TEXT NOT NULL, -- JSON
    remark TEXT NOT NULL, -- JSON; '' for none
    PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_work_fate ON batch_work (batch, fate, number);
-- An agent that turned out to be another. Its address leads there, and its names stay with it for whoever undoes that.
ALTER TABLE agent ADD COLUMN merged TEXT REFERENCES agent (id);
