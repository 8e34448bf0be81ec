-- +goose Up
-- What somebody brings in by a list of files: the list and the files are uploads of the account, rows are what the list says of each file and
-- what becomes of it. Nothing here is content: an intake is done with once its works are in.
CREATE TABLE intake (
    id       TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account  TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    stage    TEXT COLLATE "C" NOT NULL CHECK (stage IN ('gathering', 'checking', 'checked', 'taking', 'taken')),
    next     BIGINT NOT NULL, -- rows before it are settled in this stage; 0: the list has still to be read
    manifest TEXT COLLATE "C" NOT NULL, -- the upload that is the list, '' for none
    detail   TEXT COLLATE "C" NOT NULL, -- JSON
    created  BIGINT NOT NULL,
    changed  BIGINT NOT NULL
);
CREATE INDEX intake_account ON intake (account, created);
CREATE TABLE intake_file (
    intake TEXT COLLATE "C" NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
    upload TEXT COLLATE "C" NOT NULL CHECK (length(upload) = 12),
    path   TEXT COLLATE "C" NOT NULL CHECK (path <> ''),
    PRIMARY KEY (intake, path)
);
CREATE UNIQUE INDEX intake_file_upload ON intake_file (upload);
CREATE TABLE intake_row (
    intake TEXT COLLATE "C" NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    grp    BIGINT NOT NULL, -- the first row of the same work
    file   TEXT COLLATE "C" NOT NULL,
    upload TEXT COLLATE "C" NOT NULL, -- '' for none
    cells  TEXT COLLATE "C" NOT NULL, -- JSON; '' when nobody said anything of the file
    fate   TEXT COLLATE "C" NOT NULL,
    done   BIGINT NOT NULL CHECK (done IN (0, 1)),
    work   TEXT COLLATE "C" NOT NULL, -- '' for none
    remark TEXT COLLATE "C" NOT NULL, -- JSON; '' for none
    PRIMARY KEY (intake, number)
);
CREATE INDEX intake_row_grp ON intake_row (intake, grp, number);
CREATE INDEX intake_row_fate ON intake_row (intake, fate, number);
-- One change made to many works together: what it is, of which works, and what stood there before, so that all of it can be undone.
CREATE TABLE batch (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    stage   TEXT COLLATE "C" NOT NULL CHECK (stage IN ('checking', 'checked', 'applying', 'applied', 'undoing', 'undone')),
    next    BIGINT NOT NULL, -- works before it are settled in this stage
    edit    TEXT COLLATE "C" NOT NULL, -- JSON
    created BIGINT NOT NULL
);
CREATE INDEX batch_account ON batch (account, created);
CREATE TABLE batch_work (
    batch  TEXT COLLATE "C" NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    work   TEXT COLLATE "C" NOT NULL,
    fate   TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL, -- JSON
    after  TEXT COLLATE "C" NOT NULL, -- JSON
    remark TEXT COLLATE "C" NOT NULL, -- JSON; '' for none
    PRIMARY KEY (batch, number)
);
CREATE INDEX batch_work_fate ON batch_work (batch, fate, number);
-- An agent that turned out to be another. Its address leads there, and its names stay with it for whoever undoes that.
ALTER TABLE agent ADD COLUMN merged TEXT COLLATE "C" REFERENCES agent (id);
