-- +goose Up
-- What became of a work without a new version of its record (events, what was found out about files, what was derived) follows into the archive of
-- record under the note 'work:<id>', and what people did beside works under 'deeds:<day>'. Of all that is here already nobody knows.
INSERT INTO record (note, version, preserved) SELECT 'work:' || id, 1, 0 FROM work WHERE preserved > 0;
INSERT INTO record (note, version, preserved)
    SELECT DISTINCT 'deeds:' || to_char(to_timestamp(time / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 1, 0 FROM deed;
