-- What publishers signed of each version of an artifact, and the roots that say whose signatures count:
-- bytes as io.seedfall.protocol.trust reads them.

CREATE TABLE artifact_signed (
  name text NOT NULL,
  version text NOT NULL,
  document bytea NOT NULL,
  PRIMARY KEY (name, version)
);

CREATE TABLE trust_root (
  version bigint PRIMARY KEY,
  document bytea NOT NULL
);
