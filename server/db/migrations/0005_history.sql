-- The history of figures: one row holds many buckets of one host or machine, packed into a text
-- (server/core/history_chunk.hpp). `step` is the length of a bucket in seconds.

CREATE TABLE history (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    step    BIGINT NOT NULL,
    since   BIGINT NOT NULL,
    packed  TEXT NOT NULL,
    PRIMARY KEY (kind, subject, step, since)
);

-- What is too old is found without looking at everything.
CREATE INDEX history_by_age ON history (step, since);
