-- The one database of before the crisis. Money is paise.

-- Nothing keeps a balance from going below zero: what is paid was checked before.
CREATE TABLE accounts (
  account text COLLATE "C" PRIMARY KEY,
  opening bigint NOT NULL,
  available bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- One row an operation that was decided, never changed afterwards; what failed has none, and is tried anew when it comes again.
-- A side without a version is the bank's, or a merchant's that is not settled yet, or no money moved.
CREATE TABLE transactions (
  op bigint PRIMARY KEY,
  answer text NOT NULL,
  reason text,
  debit text COLLATE "C" NOT NULL,
  credit text COLLATE "C" NOT NULL,
  paise bigint NOT NULL,
  debit_version bigint,
  credit_version bigint
);
CREATE INDEX transactions_by_payer ON transactions (debit);

-- What the batch has paid out to merchants.
CREATE TABLE settlements (
  op bigint PRIMARY KEY,
  version bigint NOT NULL
);

-- What analytics wants to know of each payment before it is made: how often and how much the payer has paid so far.
CREATE TABLE details (
  op bigint PRIMARY KEY,
  device text NOT NULL,
  payments_before bigint NOT NULL,
  paise_before bigint NOT NULL
);

-- Payments that were given back, and by which refund.
CREATE TABLE refunds (
  payment bigint PRIMARY KEY,
  refund bigint NOT NULL
);
