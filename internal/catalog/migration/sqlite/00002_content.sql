-- +goose Up
-- What a person chose or typed is content: it is kept by the archive of record and never made anew from an original.

-- edited_by is empty for a part that a program made.
ALTER TABLE part ADD COLUMN edited_by TEXT NOT NULL DEFAULT '';
ALTER TABLE part ADD COLUMN edited_at INTEGER;

-- poster is the file that somebody chose as the picture of the work; title_guessed is 1 while its title is made of a file's name.
ALTER TABLE work ADD COLUMN title_guessed INTEGER NOT NULL DEFAULT 0 CHECK (title_guessed IN (0, 1));
ALTER TABLE work ADD COLUMN poster TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN notice_group TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN notice_event TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN notice_place TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN notice_from TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN notice_to TEXT NOT NULL DEFAULT '';

-- What the archive of record holds beside works, by the note of the job that writes it: version grows with each change, preserved is
-- the one written last.
CREATE TABLE record (
    note      TEXT PRIMARY KEY CHECK (note <> ''),
    version   INTEGER NOT NULL CHECK (version >= 1),
    preserved INTEGER NOT NULL CHECK (preserved >= 0 AND preserved <= version)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_owed ON record (note) WHERE preserved < version;
INSERT INTO record (note, version, preserved) VALUES ('genres', 1, 0);
INSERT INTO record (note, version, preserved) SELECT 'agent:' || id, 1, 0 FROM agent;
INSERT INTO record (note, version, preserved) SELECT 'collection:' || id, 1, 0 FROM collection;
INSERT INTO record (note, version, preserved) SELECT 'setting:' || name, 1, 0 FROM setting WHERE name NOT LIKE 'catalog.%';
