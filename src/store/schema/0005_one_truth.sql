-- What may be done with a source stands in source_terms and nowhere else. With this step the log
-- follows the sources too, and whose row a report is.
ALTER TABLE sources DROP COLUMN republish;
