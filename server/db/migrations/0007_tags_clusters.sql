-- Tags of instances, and clusters of hosts.

-- In lower case, sorted, with a space between them.
ALTER TABLE instances ADD COLUMN tags TEXT NOT NULL DEFAULT '';

-- A name for hosts that share pools and networks; NULL is none.
ALTER TABLE hosts ADD COLUMN cluster TEXT;
