-- Living beside virsh and other tools.

-- The definition of each machine as the portal last made, saw first or accepted it: a JSON object of
-- fields, see virt/definition.hpp. drifted_at: since when the host shows another one.
CREATE TABLE definitions (
    instance   TEXT PRIMARY KEY,
    fields     TEXT NOT NULL,
    drifted_at BIGINT
);

-- A machine that was defined anew under another UUID: its heir has all that the old one had.
CREATE TABLE taken_over (
    instance TEXT PRIMARY KEY,
    heir     TEXT NOT NULL,
    at       BIGINT NOT NULL
);

CREATE INDEX taken_over_by_heir ON taken_over (heir);

-- The mark in the machine's metadata does not say yet what the row says.
ALTER TABLE instances ADD COLUMN mark_pending BIGINT NOT NULL DEFAULT 0;
