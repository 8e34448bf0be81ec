-- +goose Up
-- What staff and the sender of a work write about a spot of it. file and locator are '' when it is about the whole.
CREATE TABLE comment (
    id      TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    work    TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    file    TEXT COLLATE "C" NOT NULL,
    locator TEXT COLLATE "C" NOT NULL,
    text    TEXT COLLATE "C" NOT NULL CHECK (text <> ''),
    account TEXT COLLATE "C" NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    done    BIGINT
);
CREATE INDEX comment_work ON comment (work, at, id);

-- What a reader remarked or complained about. name and contact may be '' and never leave the catalogue.
CREATE TABLE work_case (
    id           TEXT COLLATE "C" PRIMARY KEY CHECK (length(id) = 12),
    work         TEXT COLLATE "C" NOT NULL REFERENCES work (id),
    kind         TEXT COLLATE "C" NOT NULL CHECK (kind IN ('remark', 'complaint')),
    name         TEXT COLLATE "C" NOT NULL,
    contact      TEXT COLLATE "C" NOT NULL,
    text         TEXT COLLATE "C" NOT NULL CHECK (text <> ''),
    received     BIGINT NOT NULL,
    due          BIGINT NOT NULL,
    authority    TEXT COLLATE "C" NOT NULL,
    order_number TEXT COLLATE "C" NOT NULL,
    order_date   TEXT COLLATE "C" NOT NULL,
    outcome      TEXT COLLATE "C" NOT NULL,
    closed       BIGINT,
    closed_by    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX work_case_due ON work_case (due, id) WHERE closed IS NULL;
CREATE INDEX work_case_closed ON work_case (closed, id) WHERE closed IS NOT NULL;
CREATE INDEX work_case_received ON work_case (received);
CREATE INDEX work_case_work ON work_case (work);

-- Decisions of persons, for the minutes; see archive.DecisionMark.
CREATE INDEX event_decision ON event (time, work, sequence) WHERE substr(detail, 1, 14) = '{"decision":1,';
CREATE INDEX work_licence ON work (licence_until, id) WHERE state = 'published';
