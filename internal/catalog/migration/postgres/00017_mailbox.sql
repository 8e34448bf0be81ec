-- +goose Up
-- Where an account gets letters. The address is its owner's once a link was followed that was mailed to it; of the link only the digest is kept.
CREATE TABLE mailbox (
    account   TEXT COLLATE "C" PRIMARY KEY REFERENCES account (id),
    address   TEXT COLLATE "C" NOT NULL CHECK (address <> ''),
    language  TEXT COLLATE "C" NOT NULL,
    choices   TEXT COLLATE "C" NOT NULL,
    leave     TEXT COLLATE "C" NOT NULL UNIQUE,
    entered   BIGINT NOT NULL,
    token     TEXT COLLATE "C" UNIQUE,
    expires   BIGINT,
    confirmed BIGINT,
    refused   BIGINT,
    reason    TEXT COLLATE "C" NOT NULL,
    letter    TEXT COLLATE "C" NOT NULL,
    tries     BIGINT NOT NULL,
    not_before BIGINT,
    daily     BIGINT,
    prompt    BIGINT,
    CHECK (refused IS NULL OR reason <> '')
);

-- Notices that were mailed to an account.
CREATE TABLE mailed (
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    key     TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
