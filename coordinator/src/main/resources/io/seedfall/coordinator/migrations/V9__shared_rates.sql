-- What all machines of a zone or rack may move together over their uplink, each way; and what all machines of a
-- deployment may receive together, 0 for as much as they can.

CREATE TABLE uplink_cap (
  boundary text NOT NULL,
  name text NOT NULL,
  bytes_per_second bigint NOT NULL,
  PRIMARY KEY (boundary, name)
);

ALTER TABLE deployment ADD COLUMN received_bytes_per_second bigint NOT NULL DEFAULT 0;
