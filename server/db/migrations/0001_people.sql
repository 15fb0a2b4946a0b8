-- Users, their sessions and grants, the audit, and what the program remembers about itself.
-- Times are Unix milliseconds, flags 0 or 1, numbers BIGINT (the driver reads INTEGER as 32 bits).

CREATE TABLE users (
    name             TEXT PRIMARY KEY,
    role             TEXT NOT NULL CHECK (role IN ('user', 'staff', 'administrator')),
    can_clone        BIGINT NOT NULL DEFAULT 0,
    email            TEXT,
    password_hash    TEXT,
    quota_instances  BIGINT,
    quota_vcpus      BIGINT,
    quota_memory_mib BIGINT,
    quota_disk_gib   BIGINT,
    created_at       BIGINT NOT NULL,
    last_sign_in_at  BIGINT
);

-- token_hash: what the browser holds is never stored.
CREATE TABLE sessions (
    token_hash   TEXT PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    user_name    TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    csrf_token   TEXT NOT NULL,
    address      TEXT NOT NULL,
    user_agent   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_user ON sessions (user_name);

-- grantee: 'user:NAME' or 'group:NAME'. rights: 'power,console'; to have any is to see.
CREATE TABLE grants (
    instance_id TEXT NOT NULL,
    grantee     TEXT NOT NULL,
    rights      TEXT NOT NULL,
    granted_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (instance_id, grantee)
);

CREATE INDEX grants_by_grantee ON grants (grantee);

-- Append-only; hash covers the row and previous_hash, so a changed or missing row shows.
CREATE TABLE audit (
    seq           BIGINT PRIMARY KEY,
    at            BIGINT NOT NULL,
    actor         TEXT,
    via           TEXT NOT NULL,
    address       TEXT,
    action        TEXT NOT NULL,
    object        TEXT,
    object_name   TEXT,
    result        TEXT NOT NULL CHECK (result IN ('ok', 'refused', 'failed')),
    detail        TEXT NOT NULL,
    request_id    TEXT,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL
);

CREATE INDEX audit_by_object ON audit (object, seq);
CREATE INDEX audit_by_actor ON audit (actor, seq);

-- One row; locking it makes the writers of all replicas take turns, and it knows where the chain ends.
CREATE TABLE audit_head (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');

CREATE TABLE revisions (
    topic TEXT PRIMARY KEY,
    n     BIGINT NOT NULL
);

CREATE TABLE idempotency_keys (
    actor      TEXT NOT NULL,
    key        TEXT NOT NULL,
    request    TEXT NOT NULL,
    status     BIGINT,
    answer     TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);

CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
