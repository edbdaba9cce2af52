-- What a product's page shows beside the number left; it does not change during a sale.
CREATE TABLE catalogue (
  product text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  category text NOT NULL,
  price_paise bigint NOT NULL
);
