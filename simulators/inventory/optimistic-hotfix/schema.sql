-- The constraint is the one thing of the hotfix that held: stock does not go below zero.
CREATE TABLE stock (
  product text COLLATE "C" PRIMARY KEY,
  available bigint NOT NULL CHECK (available >= 0),
  sold bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What the shop told its shoppers: 0 confirmed, 1 sold_out.
CREATE TABLE promised (
  op bigint PRIMARY KEY,
  answer smallint NOT NULL
);

-- What became of it in the books. 0: deducted as promised; 8: revoked; 4 cancelled, 5 refused, 6 credited, 7 applied,
-- 2 rejected. The version is null where no stock moved.
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
