-- Times are epoch milliseconds, ids are text: SQLite and PostgreSQL both take every line.

CREATE TABLE metainfo (
  info_hash text PRIMARY KEY,
  size_bytes bigint NOT NULL,
  file_count bigint NOT NULL,
  piece_bytes bigint NOT NULL,
  created_millis bigint NOT NULL
);

CREATE TABLE artifact (
  name text NOT NULL,
  version text NOT NULL,
  info_hash text NOT NULL REFERENCES metainfo (info_hash),
  serial bigint NOT NULL UNIQUE,
  created_millis bigint NOT NULL,
  PRIMARY KEY (name, version)
);

-- labels: role=search,zone=a. away_since_millis is 0 while the agent is connected.
CREATE TABLE agent (
  name text PRIMARY KEY,
  labels text NOT NULL,
  endpoint text NOT NULL,
  away_since_millis bigint NOT NULL
);

-- The four counts are written when the deployment ends; while it runs its machines' rows tell.
CREATE TABLE deployment (
  id text PRIMARY KEY,
  serial bigint NOT NULL UNIQUE,
  artifact text NOT NULL,
  version text NOT NULL,
  info_hash text NOT NULL,
  size_bytes bigint NOT NULL,
  selector text NOT NULL,
  destination text NOT NULL,
  graph_seed bigint NOT NULL,
  state text NOT NULL,
  why text NOT NULL,
  created_millis bigint NOT NULL,
  finished_millis bigint NOT NULL,
  machine_count bigint NOT NULL,
  installed_count bigint NOT NULL,
  failed_count bigint NOT NULL,
  bytes_done bigint NOT NULL
);

CREATE INDEX deployment_running ON deployment (serial) WHERE state = 'RUNNING';

CREATE TABLE deployment_holder (
  deployment_id text NOT NULL REFERENCES deployment (id),
  position bigint NOT NULL,
  agent text NOT NULL,
  PRIMARY KEY (deployment_id, position)
);

CREATE TABLE deployment_machine (
  deployment_id text NOT NULL REFERENCES deployment (id),
  agent text NOT NULL,
  state text NOT NULL,
  why text NOT NULL,
  bytes_done bigint NOT NULL,
  bytes_from_holders bigint NOT NULL,
  bytes_from_peers bigint NOT NULL,
  elapsed_millis bigint NOT NULL,
  PRIMARY KEY (deployment_id, agent)
);
