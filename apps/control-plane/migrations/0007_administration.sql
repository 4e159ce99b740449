-- Who administers, what they did, and which requests must not be done twice.

CREATE TABLE admin_api_keys (
  id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- Hex SHA-256. The key itself has 128 random bits or more, so it needs no pepper and no slow hash.
  key_hash text NOT NULL UNIQUE CHECK (key_hash ~ '^[0-9a-f]{64}$'),
  display_prefix text NOT NULL CHECK (length(display_prefix) BETWEEN 1 AND 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

CREATE INDEX admin_api_keys_by_organization ON admin_api_keys (organization_id);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations (id),
  occurred_at timestamptz NOT NULL DEFAULT now(),
  -- 'admin_api_key' with its id, or 'system'.
  actor_type text NOT NULL CHECK (length(actor_type) BETWEEN 1 AND 64),
  actor_id text,
  -- For instance virtual_key.rotate.
  action text NOT NULL CHECK (length(action) BETWEEN 1 AND 128),
  target_type text NOT NULL CHECK (length(target_type) BETWEEN 1 AND 64),
  target_id text NOT NULL,
  reason text CHECK (length(reason) <= 500),
  -- Field → {"before": …, "after": …}; secrets are left out before it is written.
  diff jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(diff) = 'object')
);

CREATE INDEX audit_log_by_organization ON audit_log (organization_id, id DESC);
CREATE INDEX audit_log_by_target ON audit_log (target_type, target_id, id DESC);

-- The log is append-only: nobody who can reach the database through this application can rewrite it by accident.
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only';
END;
$$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

CREATE TABLE idempotency_keys (
  organization_id text NOT NULL REFERENCES organizations (id),
  -- The route that the key was used on, for instance "POST /virtual-keys".
  route text NOT NULL CHECK (length(route) BETWEEN 1 AND 200),
  key text NOT NULL CHECK (length(key) BETWEEN 8 AND 255),
  -- Hex SHA-256 of the request's body: the same key with another body is a mistake.
  request_hash text NOT NULL CHECK (request_hash ~ '^[0-9a-f]{64}$'),
  -- Null while the first request is still running.
  status_code integer,
  -- The answer holds a secret, so it is sealed like a credential.
  sealed_response bytea,
  sealing_key_version integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (organization_id, route, key),
  CHECK ((status_code IS NULL) = (sealed_response IS NULL)),
  CHECK ((sealed_response IS NULL) = (sealing_key_version IS NULL))
);

CREATE INDEX idempotency_keys_age ON idempotency_keys (expires_at);
