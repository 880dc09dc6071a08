-- Who changed what. Rows are added and never changed; chain is the HMAC of the row and of the chain before it, so
-- that a row that was changed, removed or put between is found. about is the serial of the row that asked.

CREATE TABLE audit (
  serial bigint PRIMARY KEY,
  at_millis bigint NOT NULL,
  about bigint NOT NULL,
  who text NOT NULL,
  source text NOT NULL,
  action text NOT NULL,
  detail text NOT NULL,
  outcome text NOT NULL,
  chain text NOT NULL
);
