-- One shard of the ledger. Money is paise. The balances of all accounts of a shard add up to zero at every moment: whatever
-- comes from or goes to elsewhere passes through a system account.

-- The version numbers the account's changes. Customers (u…, m…) never owe; system accounts do: transit holds what is on its way
-- between shards, clearing mirrors the bank, capital stands against the opening balances.
-- Half of each page stays free, so that an update finds room beside the old row and touches no index.
CREATE TABLE accounts (
  account text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  CHECK (available >= 0 OR account IN ('transit', 'clearing', 'capital'))
) WITH (fillfactor = 50);
INSERT INTO accounts (account, available) VALUES ('transit', 0), ('clearing', 0), ('capital', 0);

-- One row an operation that this shard decided or took part in, never changed afterwards: the key is what makes a second
-- delivery harmless, and the row's transaction is the effect's. A side without a version is not on this shard (transit or clearing
-- stands in for it), or no money moved. Answers are numbered in answers.ts.
CREATE TABLE transfers (
  op bigint PRIMARY KEY,
  answer smallint NOT NULL,
  debit text COLLATE "C" NOT NULL,
  credit text COLLATE "C" NOT NULL,
  paise bigint NOT NULL,
  debit_version bigint,
  credit_version bigint
);

-- What a committed transaction still owes to others: credits to another shard (recipient is its number) or payments to be reviewed
-- (recipient -1). Written with the transfers, removed once the recipient has them.
CREATE TABLE outbox (
  first_op bigint,
  recipient smallint,
  ops bigint[] NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (first_op, recipient)
);

-- Payments of this shard that are refunded or about to be, and by which refund.
CREATE TABLE refunds (
  payment bigint PRIMARY KEY,
  refund bigint NOT NULL
);

-- Payments of this shard that were let through in crisis mode and looked at in detail afterwards.
CREATE TABLE reviews (
  op bigint PRIMARY KEY,
  payer text COLLATE "C" NOT NULL,
  score real NOT NULL
);

-- Money asked of a bank that has not said what became of it.
CREATE TABLE unsettled (
  op bigint PRIMARY KEY,
  asked_at timestamptz NOT NULL DEFAULT now()
);
