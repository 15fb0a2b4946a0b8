-- Groups, quotas of groups and of what runs, loans and requests, tokens, SSH keys, and more of who
-- did what. Times are Unix milliseconds, flags 0 or 1, ids canonical UUID text.

-- read_only: may look at all that the role shows and change nothing (an auditor).
-- source: 'local', or 'proxy' for an account that the web server in front brought.
ALTER TABLE users ADD COLUMN read_only BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN source TEXT NOT NULL DEFAULT 'local';
ALTER TABLE users ADD COLUMN full_name TEXT;
ALTER TABLE users ADD COLUMN quota_running_instances BIGINT;
ALTER TABLE users ADD COLUMN quota_running_vcpus BIGINT;
ALTER TABLE users ADD COLUMN quota_running_memory_mib BIGINT;

CREATE TABLE groups (
    name                     TEXT PRIMARY KEY,
    description              TEXT NOT NULL DEFAULT '',
    quota_instances          BIGINT,
    quota_vcpus              BIGINT,
    quota_memory_mib         BIGINT,
    quota_disk_gib           BIGINT,
    quota_running_instances  BIGINT,
    quota_running_vcpus      BIGINT,
    quota_running_memory_mib BIGINT,
    created_at               BIGINT NOT NULL
);

-- member: 'user:NAME' or 'group:NAME'; whoever is in a member group is in the group, too.
CREATE TABLE group_members (
    group_name TEXT NOT NULL REFERENCES groups (name) ON DELETE CASCADE,
    member     TEXT NOT NULL,
    added_by   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_name, member)
);

CREATE INDEX group_members_by_member ON group_members (member);

-- From now on instances.owner is a user's name or 'group:NAME'.
-- running: what the hosts last showed. starting_until: a start that was reserved and is not seen yet.
-- growing_*: what a job makes it grow to, which counts as if it were there; 0 is nothing.
ALTER TABLE instances ADD COLUMN running BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN starting_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN growing_vcpus BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN growing_memory_mib BIGINT NOT NULL DEFAULT 0;
ALTER TABLE instances ADD COLUMN growing_disk_bytes BIGINT NOT NULL DEFAULT 0;

-- What is added to a quota until expires_at; null adds nothing in that dimension.
-- holder: 'user:NAME' or 'group:NAME'.
CREATE TABLE quota_loans (
    id                 TEXT PRIMARY KEY,
    holder             TEXT NOT NULL,
    instances          BIGINT,
    vcpus              BIGINT,
    memory_mib         BIGINT,
    disk_gib           BIGINT,
    running_instances  BIGINT,
    running_vcpus      BIGINT,
    running_memory_mib BIGINT,
    reason             TEXT NOT NULL,
    granted_by         TEXT NOT NULL,
    request            TEXT,
    created_at         BIGINT NOT NULL,
    expires_at         BIGINT NOT NULL
);

CREATE INDEX quota_loans_by_holder ON quota_loans (holder);

-- kind: 'quota' or 'instance'. state: 'open', 'approved', 'refused', 'withdrawn'.
-- wanted and granted are JSON: the quota, or the new instance, as the API takes them.
CREATE TABLE requests (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    requester  TEXT NOT NULL,
    holder     TEXT NOT NULL,
    wanted     TEXT NOT NULL,
    reason     TEXT NOT NULL,
    state      TEXT NOT NULL,
    granted    TEXT,
    answer     TEXT,
    decided_by TEXT,
    created_at BIGINT NOT NULL,
    decided_at BIGINT
);

CREATE INDEX requests_by_requester ON requests (requester);

-- token_hash: what the script holds is never stored. instances: JSON list of ids, null for all.
CREATE TABLE tokens (
    token_hash   TEXT PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_name    TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    read_only    BIGINT NOT NULL DEFAULT 0,
    instances    TEXT,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT,
    last_address TEXT
);

CREATE UNIQUE INDEX tokens_by_name ON tokens (user_name, name);

CREATE TABLE ssh_keys (
    id          TEXT PRIMARY KEY,
    user_name   TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    title       TEXT NOT NULL,
    public_key  TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE UNIQUE INDEX ssh_keys_by_fingerprint ON ssh_keys (user_name, fingerprint);

-- source: 'password' or 'proxy'.
ALTER TABLE sessions ADD COLUMN source TEXT NOT NULL DEFAULT 'password';

-- version: which fields the hash covers. means: the name of the token. on_behalf_of: for whom.
ALTER TABLE audit ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE audit ADD COLUMN means TEXT;
ALTER TABLE audit ADD COLUMN on_behalf_of TEXT;

CREATE INDEX audit_by_time ON audit (at);

-- The record before the oldest one that is kept; 0 and '' as long as nothing was removed.
ALTER TABLE audit_head ADD COLUMN base_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_head ADD COLUMN base_hash TEXT NOT NULL DEFAULT '';
