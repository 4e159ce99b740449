-- Credentials of vendors. What is secret is sealed by the application (AES-256-GCM, bound to the row's id); the
-- database never sees it in the clear.

CREATE TABLE model_providers (
  id text PRIMARY KEY CHECK (id LIKE 'mp\_%' AND length(id) <= 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  scope_type text NOT NULL CHECK (scope_type IN ('organization', 'team', 'project')),
  scope_id text NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- The vendor: openai, anthropic, azure, bedrock, … (a family of the price book).
  type text NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
  -- Lower-case name by which a request pins this row: <handle>/<model>.
  handle text CHECK (handle = lower(handle) AND length(handle) BETWEEN 1 AND 64),
  base_url text CHECK (length(base_url) <= 2048),
  region text CHECK (length(region) <= 64),
  models text[] NOT NULL DEFAULT '{}',
  -- Model name → deployment (Azure) or inference profile (Bedrock).
  deployment_map jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(deployment_map) = 'object'),
  sealed_credentials bytea,
  sealing_key_version integer CHECK (sealing_key_version > 0),
  -- Credential name → masked value (last four characters at most), for people to recognise a credential by.
  credential_hints jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(credential_hints) = 'object'),
  -- Model name → price in nano-USD per million tokens; wins over the price book.
  prices jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(prices) = 'object'),
  default_price jsonb CHECK (jsonb_typeof(default_price) = 'object'),
  -- Dispatch order: lower first, then the older row.
  priority integer NOT NULL DEFAULT 100 CHECK (priority BETWEEN 0 AND 1000000),
  enabled boolean NOT NULL DEFAULT true,
  -- Moves with every change, and with it the ETag of every key that reaches the row.
  revision bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  -- Generated, so that a foreign key can follow the polymorphic scope.
  scope_organization_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'organization' THEN scope_id END) STORED,
  scope_team_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'team' THEN scope_id END) STORED,
  scope_project_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'project' THEN scope_id END) STORED,
  UNIQUE (organization_id, id),
  CHECK (scope_organization_id IS NULL OR scope_organization_id = organization_id),
  FOREIGN KEY (organization_id, scope_team_id) REFERENCES teams (organization_id, id),
  FOREIGN KEY (organization_id, scope_project_id) REFERENCES projects (organization_id, id),
  CHECK ((sealed_credentials IS NULL) = (sealing_key_version IS NULL))
);

-- A handle names one row of an organization; an archived row gives its handle back.
CREATE UNIQUE INDEX model_providers_handle ON model_providers (organization_id, handle) WHERE archived_at IS NULL;
CREATE INDEX model_providers_by_scope ON model_providers (organization_id, scope_type, scope_id) WHERE archived_at IS NULL;
