-- The books of the banks behind the UPI switch. Rows of debits and reversals are written once and never changed, so the
-- transaction of a row is the effect's, and its commit the time of it. Money is paise.

-- An account is opened by the first that asks for it, or beforehand. The version grows by one with each effect.
CREATE TABLE accounts (
  account text COLLATE "C" PRIMARY KEY,
  opening bigint NOT NULL,
  paise bigint NOT NULL CHECK (paise >= 0),
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What was asked, and became of it: done where it took money (version says as which change of the account), else declined.
CREATE TABLE debits (
  id bigint PRIMARY KEY,
  account text COLLATE "C" NOT NULL,
  paise bigint NOT NULL CHECK (paise > 0),
  version bigint
);

-- What was given back; without a version where there was nothing yet to give back: the debit, should it still come, is void.
CREATE TABLE reversals (
  id bigint PRIMARY KEY,
  version bigint
);
