CREATE TABLE inventory_item (
  sku text PRIMARY KEY,
  on_hand integer NOT NULL CHECK (on_hand >= 0),
  sold integer NOT NULL DEFAULT 0,
  revision bigint NOT NULL DEFAULT 0
);
-- One row an event, whatever kind; units and revision are null where no stock moved.
CREATE TABLE journal (
  event_id bigint PRIMARY KEY,
  sku text NOT NULL,
  answer text NOT NULL,
  units integer,
  revision bigint,
  reversed_by bigint,
  -- A reversal writes the row anew, so its transaction's time would be the reversal's.
  booked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
