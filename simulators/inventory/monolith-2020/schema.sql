-- One row a product. The version grows by one with every effect, taken under the row's lock.
CREATE TABLE stock (
  product text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL CHECK (available >= 0),
  sold bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- One row an operation; answers as in the streaming pipeline's schema, and 8 to 10 shed. An order that was turned down has a row
-- too, so that a second press is told the same.
CREATE TABLE decided (
  op bigint PRIMARY KEY,
  version bigint,
  quantity smallint NOT NULL,
  answer smallint NOT NULL,
  product text COLLATE "C" NOT NULL
);
CREATE TABLE closed (
  order_op bigint PRIMARY KEY,
  by_op bigint NOT NULL
);
