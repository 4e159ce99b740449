-- What gateways must hear about. Readers follow it by revision: "everything after n".
--
-- A sequence alone would lose events: it hands out numbers before commit, so 8 can become visible before 7, and a
-- reader that has moved past 8 never sees 7. The trigger therefore takes a lock per organization, held until commit,
-- before it draws the number: within one organization, the order of revisions is the order of commits.

CREATE SEQUENCE change_events_revision AS bigint;

CREATE TABLE change_events (
  revision bigint PRIMARY KEY,
  organization_id text NOT NULL REFERENCES organizations (id),
  kind text NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
  virtual_key_id text,
  budget_id text,
  model_provider_id text,
  project_id text,
  created_at timestamptz NOT NULL DEFAULT now()
);

ALTER SEQUENCE change_events_revision OWNED BY change_events.revision;

CREATE INDEX change_events_feed ON change_events (organization_id, revision);
CREATE INDEX change_events_age ON change_events (created_at);

CREATE FUNCTION number_change_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- 7160 is this lock's class; two organizations that share a hash merely wait for each other.
  PERFORM pg_advisory_xact_lock(7160, hashtext(NEW.organization_id));
  NEW.revision := nextval('change_events_revision');
  PERFORM pg_notify('gateway_changes', NEW.organization_id);
  RETURN NEW;
END;
$$;

CREATE TRIGGER change_events_number BEFORE INSERT ON change_events
  FOR EACH ROW EXECUTE FUNCTION number_change_event();

-- Debits change what budgets have left, far too often to tell each one. A debit marks its project here; whichever
-- control plane finds the mark announces it, at most once per interval and project over all of them.
CREATE TABLE budget_notices (
  project_id text PRIMARY KEY REFERENCES projects (id),
  organization_id text NOT NULL REFERENCES organizations (id),
  -- The widest budget that was debited: whoever shares it must hear of it, also in other projects.
  budget_id text NOT NULL,
  pending boolean NOT NULL,
  announced_at timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE INDEX budget_notices_pending ON budget_notices (announced_at) WHERE pending;
