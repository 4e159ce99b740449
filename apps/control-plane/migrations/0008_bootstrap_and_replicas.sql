-- What lets a gateway load every key before it serves, and lets a revocation wait for every gateway.

-- SHA-256 of each secret, by which gateways name keys in memory. It would let whoever reads the database recognise a
-- key that they see elsewhere, which the peppered hash does not, so it is sealed like a credential. Null on rows from
-- before, until their secret is seen again.
ALTER TABLE virtual_keys
  ADD COLUMN sealed_digest bytea,
  ADD COLUMN digest_sealing_key_version integer CHECK (digest_sealing_key_version > 0),
  ADD COLUMN previous_sealed_digest bytea,
  ADD COLUMN previous_digest_sealing_key_version integer CHECK (previous_digest_sealing_key_version > 0),
  ADD CHECK ((sealed_digest IS NULL) = (digest_sealing_key_version IS NULL)),
  ADD CHECK ((previous_sealed_digest IS NULL) = (previous_digest_sealing_key_version IS NULL)),
  ADD CHECK (previous_sealed_digest IS NULL OR previous_secret_hash IS NOT NULL);

CREATE INDEX virtual_keys_bootstrap ON virtual_keys (id) WHERE status = 'active';

-- Gateways that were heard of: one row per process, written behind the answers.
CREATE TABLE gateway_replicas (
  node_id text PRIMARY KEY CHECK (length(node_id) BETWEEN 1 AND 256),
  version text NOT NULL CHECK (length(version) <= 64),
  -- When it was first heard of since it was last taken for gone.
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);

CREATE INDEX gateway_replicas_age ON gateway_replicas (last_seen_at);

-- How far each gateway has applied an organization's changes. A row also stands for "may hold keys of it".
CREATE TABLE gateway_cursors (
  node_id text NOT NULL CHECK (length(node_id) BETWEEN 1 AND 256),
  organization_id text NOT NULL REFERENCES organizations (id),
  applied_revision bigint NOT NULL CHECK (applied_revision >= 0),
  polled_at timestamptz NOT NULL,
  PRIMARY KEY (node_id, organization_id)
);

CREATE INDEX gateway_cursors_by_organization ON gateway_cursors (organization_id, polled_at);
CREATE INDEX gateway_cursors_age ON gateway_cursors (polled_at);
