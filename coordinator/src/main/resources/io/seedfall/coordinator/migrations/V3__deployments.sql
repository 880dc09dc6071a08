-- Deployments as desired state: how each goes about it, where it stands in that, and whether it still says
-- what machines should have. Those from before were of the machines of their day only, so they stand no more,
-- but for what was running.

ALTER TABLE deployment ADD COLUMN options text NOT NULL DEFAULT '{}';
ALTER TABLE deployment ADD COLUMN asked_by text NOT NULL DEFAULT '';
ALTER TABLE deployment ADD COLUMN rollback_of text NOT NULL DEFAULT '';
ALTER TABLE deployment ADD COLUMN previous_artifact text NOT NULL DEFAULT '';
ALTER TABLE deployment ADD COLUMN previous_version text NOT NULL DEFAULT '';
ALTER TABLE deployment ADD COLUMN previous_info_hash text NOT NULL DEFAULT '';
ALTER TABLE deployment ADD COLUMN previous_size_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN previous_piece_bytes bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN wave bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN begun_wave bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN wave_count bigint NOT NULL DEFAULT 1;
ALTER TABLE deployment ADD COLUMN until_millis bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN paused bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN priority text NOT NULL DEFAULT 'NORMAL';
ALTER TABLE deployment ADD COLUMN max_bytes_per_second bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN is_open bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment ADD COLUMN standing bigint NOT NULL DEFAULT 0;

UPDATE deployment SET is_open = 1, standing = 1, state = 'ROLLING' WHERE state = 'RUNNING';

DROP INDEX deployment_running;
CREATE INDEX deployment_standing ON deployment (serial) WHERE standing = 1;

ALTER TABLE deployment_holder ADD COLUMN wave bigint NOT NULL DEFAULT 0;

ALTER TABLE deployment_machine ADD COLUMN wave bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment_machine ADD COLUMN late bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment_machine ADD COLUMN attempt bigint NOT NULL DEFAULT 1;
ALTER TABLE deployment_machine ADD COLUMN bytes_reused bigint NOT NULL DEFAULT 0;
ALTER TABLE deployment_machine ADD COLUMN detail text NOT NULL DEFAULT '';

-- Every change of a phase, of a deployment (agent is empty) or of a machine's part.
CREATE TABLE deployment_event (
  serial bigint PRIMARY KEY,
  deployment_id text NOT NULL,
  agent text NOT NULL,
  at_millis bigint NOT NULL,
  phase text NOT NULL,
  why text NOT NULL
);

CREATE INDEX deployment_event_of ON deployment_event (deployment_id, serial);

-- One row: whether all transfers stand still.
CREATE TABLE fleet (
  name text PRIMARY KEY,
  halted bigint NOT NULL
);

INSERT INTO fleet (name, halted) VALUES ('all', 0);

-- What a request with such a key came to, so that asking again does nothing twice.
CREATE TABLE request_key (
  request_key text PRIMARY KEY,
  serial bigint NOT NULL UNIQUE,
  request_hash text NOT NULL,
  deployment_id text NOT NULL
);
