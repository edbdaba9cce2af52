-- One row a product. The version grows by one with every effect, taken under the row's lock.
-- Half of each page stays free, so that an update finds room beside the old row and touches no index.
CREATE TABLE stock (
  product text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL CHECK (available >= 0),
  sold bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- One row an operation: its answer, and its effect where it has one (version is null where no stock moved).
-- The key is what makes a second delivery harmless. Answers: 0 confirmed, 1 sold_out, 2 rejected, 3 cancelled_first,
-- 4 cancelled, 5 refused, 6 credited, 7 applied, 8 to 10 shed (waited too long, load, frozen). Rows are never updated: the row's transaction is the effect's.
CREATE TABLE decided (
  op bigint PRIMARY KEY,
  version bigint,
  quantity smallint NOT NULL,
  answer smallint NOT NULL,
  product text COLLATE "C" NOT NULL
);

-- Confirmed orders whose units came back, and the cancellation or return that brought them: at most one an order.
CREATE TABLE closed (
  order_op bigint PRIMARY KEY,
  by_op bigint NOT NULL
);
