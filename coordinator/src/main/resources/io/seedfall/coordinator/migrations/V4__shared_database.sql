-- Several coordinators on one database: the bytes of metainfo files, in rows of at most 1 MiB (beside
-- SQLite they stay in files), and who of them leads.

CREATE TABLE metainfo_chunk (
  info_hash text NOT NULL,
  position bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (info_hash, position)
);

-- One row. The epoch grows whenever somebody begins to lead; expires_millis is of the database's clock.
CREATE TABLE lease (
  name text PRIMARY KEY,
  epoch bigint NOT NULL,
  holder text NOT NULL,
  address text NOT NULL,
  expires_millis bigint NOT NULL
);

INSERT INTO lease (name, epoch, holder, address, expires_millis) VALUES ('coordinator', 0, '', '', 0);
