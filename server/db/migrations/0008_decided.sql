-- Which of the decisions about instances (owner, template, being made, being deleted, gone) was the
-- latest about this one: the number of the topic 'instances' in `revisions` that it made.
ALTER TABLE instances ADD COLUMN decided BIGINT NOT NULL DEFAULT 0;

CREATE INDEX instances_by_decision ON instances (decided);
