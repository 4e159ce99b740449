-- Prices and the ledger of record.

-- Every price that ever charged a ledger line, exactly as it was applied. Append-only and addressed by content (the id
-- is a hash), so that a line can be recomputed for ever, whatever becomes of the price book, of a model provider's own
-- prices or of the organization's default.
CREATE TABLE prices (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  family text CHECK (length(family) BETWEEN 1 AND 64),
  -- The price book's name of the model, or the name that the owner of the price gave it; null for a default price.
  model text CHECK (length(model) BETWEEN 1 AND 512),
  -- Nano-USD per million tokens, tiers by input size included.
  price jsonb NOT NULL CHECK (jsonb_typeof(price) = 'object'),
  -- The release of the price book, or the id of the model provider or organization that set the price.
  source text NOT NULL CHECK (length(source) BETWEEN 1 AND 200),
  first_used_at timestamptz NOT NULL DEFAULT now()
);

-- One line per request. An admit opens the line, the first outcome closes it for good; either may come first, and both
-- may come any number of times.
CREATE TABLE spend_ledger (
  project_id text NOT NULL,
  gateway_request_id text NOT NULL CHECK (length(gateway_request_id) BETWEEN 1 AND 256),
  organization_id text NOT NULL,
  team_id text,
  -- Null only while an outcome that carries no attribution waits for its admit. No foreign keys from here on: the
  -- ledger outlives what it names.
  virtual_key_id text,
  principal_id text,
  end_user_id text,
  trace_id text,
  request_type text,
  labels text[] NOT NULL DEFAULT '{}',
  metadata jsonb CHECK (jsonb_typeof(metadata) = 'object'),
  -- The model that the client asked for, and the one that answered.
  model_requested text,
  model text,
  model_provider_id text,
  admitted_at timestamptz,
  outcome text CHECK (outcome IN ('confirmed', 'failed')),
  -- When the outcome happened; until there is one, when the request was admitted.
  occurred_at timestamptz NOT NULL,
  error_type text,
  http_status integer,
  duration_ms bigint CHECK (duration_ms >= 0),
  input_tokens bigint NOT NULL DEFAULT 0 CHECK (input_tokens >= 0),
  output_tokens bigint NOT NULL DEFAULT 0 CHECK (output_tokens >= 0),
  cache_read_input_tokens bigint NOT NULL DEFAULT 0 CHECK (cache_read_input_tokens >= 0),
  cache_creation_input_tokens bigint NOT NULL DEFAULT 0 CHECK (cache_creation_input_tokens >= 0),
  cache_creation_1h_tokens bigint NOT NULL DEFAULT 0 CHECK (cache_creation_1h_tokens >= 0),
  reasoning_tokens bigint NOT NULL DEFAULT 0 CHECK (reasoning_tokens >= 0),
  input_audio_tokens bigint NOT NULL DEFAULT 0 CHECK (input_audio_tokens >= 0),
  output_audio_tokens bigint NOT NULL DEFAULT 0 CHECK (output_audio_tokens >= 0),
  input_chars bigint NOT NULL DEFAULT 0 CHECK (input_chars >= 0),
  audio_ms bigint NOT NULL DEFAULT 0 CHECK (audio_ms >= 0),
  -- The usage was counted by the gateway, because the provider never reported it.
  usage_estimated boolean NOT NULL DEFAULT false,
  -- Null until the line is rated, and for good when it has no price. Never 0 for want of one.
  cost_nano_usd bigint CHECK (cost_nano_usd >= 0),
  pricing text CHECK (pricing IN ('priced', 'default', 'unpriced')),
  -- The row of prices that rated the line; null when nothing was consumed, and when there was no price.
  price_id text,
  rated_at timestamptz,
  -- When the cost was added to the budgets; an outcome without attribution waits for its admit.
  debited_at timestamptz,
  pod_id text,
  pod_seq bigint,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (project_id, gateway_request_id),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  CHECK ((rated_at IS NULL) = (pricing IS NULL)),
  CHECK ((rated_at IS NULL) = (outcome IS NULL)),
  CHECK (debited_at IS NULL OR rated_at IS NOT NULL),
  CHECK ((cost_nano_usd IS NOT NULL) = (pricing IS NOT NULL AND pricing <> 'unpriced'))
);

CREATE INDEX spend_ledger_by_virtual_key ON spend_ledger (virtual_key_id, occurred_at);
CREATE INDEX spend_ledger_by_organization ON spend_ledger (organization_id, occurred_at);
CREATE INDEX spend_ledger_by_project ON spend_ledger (project_id, occurred_at);
-- What still waits for its outcome, and what somebody has to find a price for.
CREATE INDEX spend_ledger_open ON spend_ledger (admitted_at) WHERE outcome IS NULL;
CREATE INDEX spend_ledger_unpriced ON spend_ledger (organization_id, occurred_at) WHERE pricing = 'unpriced';
