import type { ChangeKind } from '#gateway-protocol';
import type { DatabaseHandle } from '../database/database.js';

/** Something that gateways must hear about; ids that do not apply are left out. */
export interface Change {
  readonly organizationId: string;
  readonly kind: ChangeKind;
  readonly virtualKeyId?: string;
  readonly budgetId?: string;
  readonly modelProviderId?: string;
  readonly projectId?: string;
}

/**
 * Puts a change on the feed; it reaches every waiting gateway when the surrounding transaction commits.
 *
 * Call it last in the transaction that makes the change: from here to the commit, other changes of the same
 * organization wait, which is what keeps the order of revisions the order of commits.
 */
export async function recordChange(database: DatabaseHandle, change: Change): Promise<void> {
  await database
    .insertInto('change_events')
    .values({
      organization_id: change.organizationId,
      kind: change.kind,
      virtual_key_id: change.virtualKeyId ?? null,
      budget_id: change.budgetId ?? null,
      model_provider_id: change.modelProviderId ?? null,
      project_id: change.projectId ?? null,
    })
    .execute();
}
