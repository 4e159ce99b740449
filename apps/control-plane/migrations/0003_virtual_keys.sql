-- Virtual keys. Only the HMAC of a secret is kept (hex HMAC-SHA256 with a pepper that the database does not know).

CREATE TABLE virtual_keys (
  id text PRIMARY KEY CHECK (id LIKE 'vk\_%' AND length(id) <= 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
  description text CHECK (length(description) <= 1000),
  -- Expiry is not a status: an expired key stays active, and a later date restores it.
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled', 'revoked')),
  secret_hash text NOT NULL UNIQUE CHECK (secret_hash ~ '^[0-9a-f]{64}$'),
  -- Names the pepper that made the hash, so that a rotation of the pepper can be followed to its end.
  pepper_version text NOT NULL CHECK (length(pepper_version) BETWEEN 1 AND 32),
  -- The secret before the last rotation, accepted until previous_secret_expires_at.
  previous_secret_hash text UNIQUE CHECK (previous_secret_hash ~ '^[0-9a-f]{64}$'),
  previous_pepper_version text CHECK (length(previous_pepper_version) BETWEEN 1 AND 32),
  previous_secret_expires_at timestamptz,
  -- The beginning of the secret, shown to people; too short to help a guesser.
  display_prefix text NOT NULL CHECK (length(display_prefix) BETWEEN 1 AND 32),
  purpose text NOT NULL DEFAULT 'user' CHECK (purpose IN ('user', 'langy')),
  principal_user_id text CHECK (length(principal_user_id) BETWEEN 1 AND 256),
  -- Where traces and spend go. Null only for keys that nobody may call a model with.
  trace_project_id text,
  external_id text CHECK (length(external_id) BETWEEN 1 AND 128),
  metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  routing_mode text NOT NULL DEFAULT 'none' CHECK (routing_mode IN ('none', 'fallback_all', 'policy')),
  config jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(config) = 'object'),
  expires_at timestamptz,
  -- Moves with every change of what a gateway must know about the key; it is the first half of the ETag.
  revision bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  last_used_at timestamptz,
  revoked_at timestamptz,
  disabled_reason text CHECK (length(disabled_reason) <= 500),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (organization_id, id),
  FOREIGN KEY (organization_id, trace_project_id) REFERENCES projects (organization_id, id),
  CHECK ((status = 'revoked') = (revoked_at IS NOT NULL)),
  CHECK (
    (previous_secret_hash IS NULL) = (previous_pepper_version IS NULL)
    AND (previous_secret_hash IS NULL) = (previous_secret_expires_at IS NULL)
  ),
  CHECK (previous_secret_hash IS DISTINCT FROM secret_hash)
);

CREATE UNIQUE INDEX virtual_keys_external_id ON virtual_keys (organization_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX virtual_keys_page ON virtual_keys (organization_id, created_at DESC, id DESC);

-- Where a key finds model providers: the union over its scopes, each with what it inherits from above.
CREATE TABLE virtual_key_scopes (
  organization_id text NOT NULL,
  virtual_key_id text NOT NULL,
  scope_type text NOT NULL CHECK (scope_type IN ('organization', 'team', 'project')),
  scope_id text NOT NULL,
  scope_organization_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'organization' THEN scope_id END) STORED,
  scope_team_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'team' THEN scope_id END) STORED,
  scope_project_id text GENERATED ALWAYS AS (CASE scope_type WHEN 'project' THEN scope_id END) STORED,
  PRIMARY KEY (virtual_key_id, scope_type, scope_id),
  FOREIGN KEY (organization_id, virtual_key_id) REFERENCES virtual_keys (organization_id, id) ON DELETE CASCADE,
  CHECK (scope_organization_id IS NULL OR scope_organization_id = organization_id),
  FOREIGN KEY (organization_id, scope_team_id) REFERENCES teams (organization_id, id),
  FOREIGN KEY (organization_id, scope_project_id) REFERENCES projects (organization_id, id)
);

CREATE INDEX virtual_key_scopes_by_scope ON virtual_key_scopes (scope_type, scope_id);
