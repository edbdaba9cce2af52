-- One of the three databases that the accounts were spread over in 48 hours. Money is paise.

-- Nothing keeps a balance from going below zero: what is paid was checked before.
CREATE TABLE accounts (
  account text COLLATE "C" PRIMARY KEY,
  opening bigint NOT NULL,
  available bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- One row for each change of a balance, written with it. An operation that comes again makes another one: nobody looks.
CREATE TABLE transactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  op bigint NOT NULL,
  leg text NOT NULL,
  account text COLLATE "C" NOT NULL,
  delta bigint NOT NULL,
  version bigint NOT NULL,
  -- The payment that a refund gives back.
  payment bigint
);
CREATE INDEX transactions_by_op ON transactions (op);
CREATE INDEX transactions_by_payment ON transactions (payment) WHERE payment IS NOT NULL;

-- Payments that were looked at in detail afterwards, on the payer's shard.
CREATE TABLE reviews (
  op bigint PRIMARY KEY,
  payer text COLLATE "C" NOT NULL,
  score real NOT NULL,
  for_people boolean NOT NULL
);
