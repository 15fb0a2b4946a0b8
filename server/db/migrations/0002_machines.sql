-- Hosts, what is remembered of instances, pre-registered names, jobs.
-- Times are Unix milliseconds, flags 0 or 1, ids canonical UUID text.

CREATE TABLE hosts (
    name        TEXT PRIMARY KEY,
    uri         TEXT NOT NULL,
    host_key    TEXT,
    maintenance BIGINT NOT NULL DEFAULT 0,
    created_at  BIGINT NOT NULL
);

-- One row per UUID ever seen. The live picture is the inventory's; here is what libvirt cannot know
-- and what must outlive a domain that vanished.
-- state: creating (a job makes it), present, missing (its host no longer shows it), deleting, gone.
CREATE TABLE instances (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    host         TEXT,
    owner        TEXT,
    template     BIGINT NOT NULL DEFAULT 0,
    origin       TEXT,
    origin_name  TEXT,
    linked       BIGINT NOT NULL DEFAULT 0,
    vcpus        BIGINT NOT NULL DEFAULT 0,
    memory_mib   BIGINT NOT NULL DEFAULT 0,
    disk_bytes   BIGINT NOT NULL DEFAULT 0,
    state        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT,
    changed_at   BIGINT NOT NULL
);

CREATE INDEX instances_by_owner ON instances (owner);
CREATE INDEX instances_by_origin ON instances (origin);
-- Two instances on their way must not end up with the same name on one host.
CREATE UNIQUE INDEX instances_being_made ON instances (host, name) WHERE state = 'creating';

CREATE TABLE names (
    name       TEXT PRIMARY KEY,
    pool       TEXT NOT NULL,
    mac        TEXT UNIQUE,
    ip         TEXT UNIQUE,
    position   BIGINT NOT NULL,
    instance   TEXT UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE INDEX names_by_pool ON names (pool, position);

-- state: queued, running, succeeded, failed, cancelled, undone.
-- plan holds every identifier chosen beforehand; steps what has been done of it.
CREATE TABLE jobs (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    instance      TEXT,
    instance_name TEXT,
    host          TEXT,
    actor         TEXT NOT NULL,
    plan          TEXT NOT NULL,
    steps         TEXT NOT NULL,
    undoing       BIGINT NOT NULL DEFAULT 0,
    cancel        BIGINT NOT NULL DEFAULT 0,
    progress      BIGINT,
    message       TEXT NOT NULL,
    error         TEXT,
    replica       TEXT,
    lease_until   BIGINT NOT NULL DEFAULT 0,
    created_at    BIGINT NOT NULL,
    started_at    BIGINT,
    finished_at   BIGINT
);

CREATE INDEX jobs_by_time ON jobs (created_at);
-- The rule that two people cannot work on one instance at once is the database's, not the program's.
CREATE UNIQUE INDEX jobs_active_per_instance ON jobs (instance) WHERE state IN ('queued', 'running');
