-- One row an application, from its acceptance on. Undecided rows are the queue. `due_at` is when the next worker may take it: a
-- worker that takes it moves it ahead, so that what a crash left in hand comes up again. `checks` holds what services have
-- answered, so that nothing is paid twice because something else failed.
CREATE TABLE applications (
  op bigint PRIMARY KEY,
  applicant text COLLATE "C" NOT NULL,
  form jsonb NOT NULL,
  checks jsonb NOT NULL DEFAULT '{}',
  failures smallint NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  accepted_at timestamptz NOT NULL DEFAULT now(),
  answer text,
  confidence double precision,
  reason text,
  told boolean NOT NULL DEFAULT false
);
CREATE INDEX applications_open ON applications (due_at) WHERE NOT told;

-- One row a call that was made and not refused: for whom, and what it costs.
CREATE TABLE calls (
  op bigint NOT NULL,
  applicant text COLLATE "C" NOT NULL,
  service text NOT NULL,
  paise integer NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);

-- The manual review queue: one row an application that a person must look at.
CREATE TABLE reviews (
  op bigint PRIMARY KEY,
  applicant text COLLATE "C" NOT NULL,
  queued_at timestamptz NOT NULL DEFAULT now(),
  reviewed_at timestamptz,
  verdict text
);
CREATE INDEX reviews_open ON reviews (queued_at) WHERE reviewed_at IS NULL;

-- The pace at which all workers together may call a service: when the next call may begin, and how many a second.
CREATE TABLE paces (
  service text PRIMARY KEY,
  per_second double precision NOT NULL,
  next_at timestamptz NOT NULL DEFAULT now(),
  slowed_at timestamptz NOT NULL DEFAULT 'epoch'
);
