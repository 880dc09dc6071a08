-- Who is who. Secrets are not here: a mac is HMAC-SHA-256 under a key of the cluster's identity directory. Times
-- of 0 mean never, and labels are role=search,zone=a.

-- One row once the cluster has an identity: the SHA-256 of its authority's certificate.
CREATE TABLE cluster (
  name text PRIMARY KEY,
  authority text NOT NULL,
  founded_millis bigint NOT NULL
);

-- An agent is let in with the certificate of its serial, or the one before; with none when it was revoked.
CREATE TABLE member (
  name text PRIMARY KEY,
  labels text NOT NULL,
  serial text NOT NULL,
  previous_serial text NOT NULL,
  not_after_millis bigint NOT NULL,
  joined_millis bigint NOT NULL,
  revoked_millis bigint NOT NULL
);

-- used_key is the SHA-256 of the public key for which it was used.
CREATE TABLE join_token (
  id text PRIMARY KEY,
  agent text NOT NULL,
  labels text NOT NULL,
  mac text NOT NULL,
  created_millis bigint NOT NULL,
  expires_millis bigint NOT NULL,
  used_millis bigint NOT NULL,
  used_key text NOT NULL
);

CREATE INDEX join_token_end ON join_token (expires_millis);

CREATE TABLE account (
  name text PRIMARY KEY,
  role text NOT NULL,
  selector text NOT NULL,
  token_id text NOT NULL UNIQUE,
  mac text NOT NULL,
  created_millis bigint NOT NULL,
  expires_millis bigint NOT NULL,
  revoked_millis bigint NOT NULL
);
