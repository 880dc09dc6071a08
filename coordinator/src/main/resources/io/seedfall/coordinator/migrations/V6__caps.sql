-- What the agents that a selector matches may move at most, each of them and each way.

CREATE TABLE rate_cap (
  selector text PRIMARY KEY,
  bytes_per_second bigint NOT NULL
);
