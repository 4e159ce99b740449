import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { Database, Row } from '../database/schema.js';
import { DeclaredPrices } from '../model-providers/declared-prices.js';
import { openCredentials } from '../model-providers/open-credentials.js';
import { Sealer } from '../secrets/sealer.js';
import { type BudgetSubject, appliesTo, readBudgetsOf } from '../spend/applicable-budgets.js';
import { readCurrentSpend } from '../spend/current-spend.js';
import { virtualKeyConfigSchema } from '../virtual-keys/virtual-key-config.js';
import { configEtag } from './config-etag.js';
import { writeConfigPayload } from './config-payload.js';
import { type KeyFacts, readKeyFacts } from './key-facts.js';

/** A key's configuration, or word that the asker holds it already. */
export type KeyConfigAnswer =
  | { readonly kind: 'config'; readonly etag: string; readonly payload: ReturnType<typeof writeConfigPayload> }
  | { readonly kind: 'not_modified'; readonly etag: string }
  | { readonly kind: 'unknown_key' };

/** Puts the configurations of virtual keys together (contract 3.5). */
@Injectable()
export class KeyConfigs {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly sealer: Sealer,
    private readonly declaredPrices: DeclaredPrices,
    private readonly clock: Clock,
  ) {}

  /** @param heldEtag The ETag of the configuration that the asker holds; compared as it is. */
  async read(virtualKeyId: string, heldEtag: string | undefined): Promise<KeyConfigAnswer> {
    const stored = await readKeyFacts(this.database, virtualKeyId);
    if (stored === undefined) return { kind: 'unknown_key' };
    const facts = { ...stored, modelProviders: stored.modelProviders.map((row) => this.declaredPrices.addTo(row)) };
    const etag = configEtag(facts);
    if (etag === heldEtag) return { kind: 'not_modified', etag };
    const subject = subjectOf(facts);
    const applicable = (await readBudgetsOf(this.database, [subject])).filter((budget) => appliesTo(budget, subject));
    const payload = writeConfigPayload({
      facts,
      config: virtualKeyConfigSchema.parse(facts.key.config),
      budgets: await readCurrentSpend(this.database, applicable, this.clock.now()),
      openCredentials: (row) => openCredentials(this.sealer, row),
    });
    return { kind: 'config', etag, payload };
  }
}

/** Where a key stands. */
interface SubjectFacts extends Pick<KeyFacts, 'teamId'> {
  readonly key: Pick<Row<'virtual_keys'>, 'id' | 'organization_id' | 'trace_project_id' | 'principal_user_id'>;
}

/** What decides which budgets a key's requests count against. */
export function subjectOf({ key, teamId }: SubjectFacts): BudgetSubject {
  return {
    organizationId: key.organization_id,
    teamId,
    projectId: key.trace_project_id,
    virtualKeyId: key.id,
    principalId: key.principal_user_id,
  };
}
