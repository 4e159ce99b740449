-- Spending limits. Money is integer nano-USD (1e-9 USD) everywhere: exact, and far from overflowing 64 bits.

CREATE TABLE budgets (
  id text PRIMARY KEY CHECK (id LIKE 'bud\_%' AND length(id) <= 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  -- For attributed_user, scope_id is the anchor (a virtual key or a project) and each end user has a bucket below it.
  scope_type text NOT NULL CHECK (
    scope_type IN ('organization', 'team', 'project', 'virtual_key', 'principal', 'group', 'attributed_user')
  ),
  scope_id text NOT NULL CHECK (length(scope_id) BETWEEN 1 AND 256),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
  description text CHECK (length(description) <= 1000),
  "window" text NOT NULL CHECK ("window" IN ('minute', 'hour', 'day', 'week', 'month', 'total', 'manual')),
  on_breach text NOT NULL DEFAULT 'block' CHECK (on_breach IN ('block', 'warn')),
  limit_nano_usd bigint NOT NULL CHECK (limit_nano_usd >= 0),
  -- A model provider: only what is spent on it counts.
  provider_key text,
  -- Kept for display; periods are computed in UTC.
  timezone text NOT NULL DEFAULT 'UTC' CHECK (length(timezone) <= 64),
  external_id text CHECK (length(external_id) BETWEEN 1 AND 128),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  -- Where periods start from, for windows that do not follow the calendar.
  cycle_anchor_at timestamptz CHECK (cycle_anchor_at IS NULL OR "window" NOT IN ('total', 'manual')),
  -- A reset begins a new period; what was spent before stays recorded under the old one.
  last_reset_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  scope_organization_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'organization' THEN scope_id END) STORED,
  scope_team_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'team' THEN scope_id END) STORED,
  scope_project_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'project' THEN scope_id END) STORED,
  scope_virtual_key_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'virtual_key' THEN scope_id END) STORED,
  UNIQUE (organization_id, id),
  CHECK (scope_organization_id IS NULL OR scope_organization_id = organization_id),
  FOREIGN KEY (organization_id, scope_team_id) REFERENCES teams (organization_id, id),
  FOREIGN KEY (organization_id, scope_project_id) REFERENCES projects (organization_id, id),
  FOREIGN KEY (organization_id, scope_virtual_key_id) REFERENCES virtual_keys (organization_id, id),
  FOREIGN KEY (organization_id, provider_key) REFERENCES model_providers (organization_id, id)
);

CREATE UNIQUE INDEX budgets_external_id ON budgets (organization_id, external_id)
  WHERE external_id IS NOT NULL AND archived_at IS NULL;
CREATE INDEX budgets_by_scope ON budgets (organization_id, scope_type, scope_id) WHERE archived_at IS NULL;
CREATE INDEX budgets_page ON budgets (organization_id, created_at DESC, id DESC);

-- What was spent of a budget in one period. Derived: it can be rebuilt from spend_ledger at any time, and exists so
-- that a reader need not sum the ledger.
CREATE TABLE budget_periods (
  budget_id text NOT NULL REFERENCES budgets (id) ON DELETE CASCADE,
  -- Empty, or the end user / group member whose share this is.
  bucket text NOT NULL DEFAULT '' CHECK (length(bucket) <= 600),
  period_started_at timestamptz NOT NULL,
  spent_nano_usd bigint NOT NULL DEFAULT 0 CHECK (spent_nano_usd >= 0),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (budget_id, bucket, period_started_at)
);
