-- What the warehouse holds. It may go below zero: the shop sells what its shelf shows.
CREATE TABLE stock (
  product text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL,
  sold bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The shop's orders and what came back; answers as in the streaming pipeline's schema.
CREATE TABLE decided (
  op bigint PRIMARY KEY,
  version bigint,
  quantity smallint NOT NULL,
  answer smallint NOT NULL,
  product text COLLATE "C" NOT NULL
);
CREATE INDEX decided_by_product ON decided (product, version) WHERE version IS NOT NULL;
CREATE TABLE closed (
  order_op bigint PRIMARY KEY,
  by_op bigint NOT NULL
);

-- What the last sync reckoned, a product at a time; the shop's shelf is a copy of it.
CREATE TABLE availability (
  product text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL,
  synced_version bigint NOT NULL DEFAULT 0
);
