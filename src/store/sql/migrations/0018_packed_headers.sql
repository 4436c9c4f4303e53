-- The DICOM JSON of an instance is kept packed (base/packed_text.h) against that of the first instance of its series.
-- Empty: it is that text. What was stored before stays as text, with packed NULL.
ALTER TABLE archive_attributes ADD COLUMN packed BLOB;

-- The beginning of the DICOM JSON of the first instance of a series, packed against a text built in. It stays the same
-- while anything of the series is packed against it, whatever becomes of that instance, and goes with the last of them.
CREATE TABLE archive_series_header (
  series INTEGER PRIMARY KEY REFERENCES archive_series (id) ON DELETE CASCADE,
  packed BLOB NOT NULL
) STRICT;
CREATE TRIGGER archive_series_header_last AFTER DELETE ON archive_attributes BEGIN
  DELETE FROM archive_series_header
  WHERE series = (SELECT series FROM archive_instance WHERE id = OLD.instance)
    AND NOT EXISTS (SELECT 1 FROM archive_instance i CROSS JOIN archive_attributes a ON a.instance = i.id
                    WHERE i.series = archive_series_header.series);
END;
