-- The fleet.

-- The administrator's word that a pool of this name and place is the same storage on every host
-- that has it.
CREATE TABLE shared_pools (
    name       TEXT NOT NULL,
    path       TEXT NOT NULL,
    shared_by  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name, path)
);

-- Where machines were before their host went into maintenance; forgotten when they are back.
CREATE TABLE evacuated (
    instance TEXT PRIMARY KEY,
    host     TEXT NOT NULL,
    at       BIGINT NOT NULL
);

CREATE INDEX evacuated_by_host ON evacuated (host);

-- How much may be promised to machines, in percent of what the host has; NULL is no limit.
ALTER TABLE hosts ADD COLUMN vcpu_percent BIGINT;
ALTER TABLE hosts ADD COLUMN memory_percent BIGINT;
