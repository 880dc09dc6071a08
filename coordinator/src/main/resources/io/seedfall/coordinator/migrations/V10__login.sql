-- Browsers that users have logged in with. A mac is HMAC-SHA-256 of what the browser's cookie holds; a login is good
-- while its user has that token, and until until_millis at the latest.

CREATE TABLE login (
  id text PRIMARY KEY,
  mac text NOT NULL,
  account text NOT NULL,
  token_id text NOT NULL,
  began_millis bigint NOT NULL,
  until_millis bigint NOT NULL
);

CREATE INDEX login_account ON login (account);
CREATE INDEX login_end ON login (until_millis);
