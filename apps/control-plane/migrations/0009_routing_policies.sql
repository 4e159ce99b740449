-- How the requests of keys are routed, as objects that many keys share, and the labels that they may demand.

CREATE TABLE routing_policies (
  id text PRIMARY KEY CHECK (id LIKE 'rp\_%' AND length(id) <= 64),
  organization_id text NOT NULL REFERENCES organizations (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 128),
  description text CHECK (length(description) <= 1000),
  -- Strategy, targets, limits. It names model providers by id without a foreign key: a provider that was archived stays
  -- listed, so that a policy never widens because something of it went away.
  settings jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
  -- Moves with every change, and with it the ETag of every key that uses the policy.
  revision bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  UNIQUE (organization_id, id)
);

CREATE INDEX routing_policies_page ON routing_policies (organization_id, created_at DESC, id DESC)
  WHERE archived_at IS NULL;

-- No key could be set to `policy` before.
UPDATE virtual_keys SET routing_mode = 'none' WHERE routing_mode = 'policy';

ALTER TABLE virtual_keys
  ADD COLUMN routing_policy_id text,
  ADD FOREIGN KEY (organization_id, routing_policy_id) REFERENCES routing_policies (organization_id, id),
  ADD CHECK ((routing_mode = 'policy') = (routing_policy_id IS NOT NULL));

CREATE INDEX virtual_keys_by_routing_policy ON virtual_keys (routing_policy_id) WHERE routing_policy_id IS NOT NULL;

-- What a policy may demand of a model provider, such as region:eu.
ALTER TABLE model_providers ADD COLUMN labels text[] NOT NULL DEFAULT '{}' CHECK (cardinality(labels) <= 32);
