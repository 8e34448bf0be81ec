-- +goose Up
-- What staff and the sender of a work write about a spot of it. file and locator are '' when it is about the whole.
CREATE TABLE comment (
    id      TEXT PRIMARY KEY CHECK (length(id) = 12),
    work    TEXT NOT NULL REFERENCES work (id),
    file    TEXT NOT NULL,
    locator TEXT NOT NULL,
    text    TEXT NOT NULL CHECK (text <> ''),
    account TEXT NOT NULL,
    name    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    done    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX comment_work ON comment (work, at, id);

-- What a reader remarked or complained about. name and contact may be '' and never leave the catalogue.
CREATE TABLE work_case (
    id           TEXT PRIMARY KEY CHECK (length(id) = 12),
    work         TEXT NOT NULL REFERENCES work (id),
    kind         TEXT NOT NULL CHECK (kind IN ('remark', 'complaint')),
    name         TEXT NOT NULL,
    contact      TEXT NOT NULL,
    text         TEXT NOT NULL CHECK (text <> ''),
    received     INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    authority    TEXT NOT NULL,
    order_number TEXT NOT NULL,
    order_date   TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    closed       INTEGER,
    closed_by    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX work_case_due ON work_case (due, id) WHERE closed IS NULL;
CREATE INDEX work_case_closed ON work_case (closed, id) WHERE closed IS NOT NULL;
CREATE INDEX work_case_received ON work_case (received);
CREATE INDEX work_case_work ON work_case (work);

-- Decisions of persons, for the minutes; see archive.DecisionMark.
CREATE INDEX event_decision ON event (time, work, sequence) WHERE substr(detail, 1, 14) = '{"decision":1,';
CREATE INDEX work_licence ON work (licence_until, id) WHERE state = 'published';
