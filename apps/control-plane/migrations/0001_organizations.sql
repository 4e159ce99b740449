-- Who owns things. Ids are text with a speaking prefix (org_…, team_…, project_…), made by the application.
--
-- Every tenant table repeats organization_id and is referenced by (organization_id, id), so that a row of one
-- organization can never point at a row of another: the database refuses it, whatever the application forgets.

CREATE TABLE organizations (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- What happens to a model that has no price: refused by the gateway, or charged at default_price.
  unpriced_models text NOT NULL DEFAULT 'refuse' CHECK (unpriced_models IN ('refuse', 'default')),
  -- Nano-USD per million tokens, as on the wire: {"input": …, "output": …, "cache_read"?: …, …}.
  default_price jsonb CHECK (jsonb_typeof(default_price) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Charging at a default price needs one: a request must never be free by omission.
  CHECK (unpriced_models = 'refuse' OR default_price IS NOT NULL)
);

CREATE TABLE teams (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  UNIQUE (organization_id, id)
);

CREATE TABLE projects (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  team_id text,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, team_id) REFERENCES teams (organization_id, id)
);

CREATE INDEX projects_by_team ON projects (team_id) WHERE team_id IS NOT NULL;
