-- The piece size decides how many neighbours a machine has. Deployments from before had as many as
-- with pieces of 1 MiB.

ALTER TABLE deployment ADD COLUMN piece_bytes bigint NOT NULL DEFAULT 1048576;
