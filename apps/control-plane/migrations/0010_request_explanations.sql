-- What was decided about a request, where, and why; never a word of its content. Apart from the ledger, because it is
-- forgotten after a while and the ledger is not. Written in the transaction that closes the request's line.
CREATE TABLE request_explanations (
  project_id text NOT NULL,
  gateway_request_id text NOT NULL CHECK (length(gateway_request_id) BETWEEN 1 AND 256),
  explanation jsonb NOT NULL CHECK (jsonb_typeof(explanation) = 'object'),
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, gateway_request_id)
);

-- Rows come in the order of time and are only ever found by age to be forgotten: a block range index is enough, and
-- costs next to nothing to keep.
CREATE INDEX request_explanations_age ON request_explanations USING brin (recorded_at);
