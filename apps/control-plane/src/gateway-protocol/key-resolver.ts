import { Injectable } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { KeyRefusalCode, ResolveKeyResponse } from '#gateway-protocol';
import type { Database, Row } from '../database/schema.js';
import { type HashedSecret, KeyHasher } from '../secrets/key-hasher.js';
import { KeySecrets } from '../secrets/key-secrets.js';
import { BundleTokens } from './bundle-tokens.js';
import { type KeyUse, KeyUsage } from './key-usage.js';

/** A key's identity, or why it is refused. */
export type KeyResolution =
  | { readonly ok: true; readonly organizationId: string; readonly answer: ResolveKeyResponse }
  | { readonly ok: false; readonly code: KeyRefusalCode };

/** Minted keys, and the two older spellings that still circulate. */
const KEY_FORMAT = /^(?:vk-lw-(?:live_|test_)?|lw_vk_(?:live|test)_)[0-9A-Za-z]{20,64}$/;

type KeyRow = Row<'virtual_keys'> & { readonly team_id: string | null };

interface Match {
  readonly key: KeyRow;
  readonly column: 'current' | 'previous';
  readonly stored: HashedSecret;
}

/** Finds out which virtual key a presented secret is, and whether it may be used (contract 3.3). */
@Injectable()
export class KeyResolver {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly hasher: KeyHasher,
    private readonly secrets: KeySecrets,
    private readonly tokens: BundleTokens,
    private readonly usage: KeyUsage,
    private readonly clock: Clock,
  ) {}

  async resolve(presentedKey: string): Promise<KeyResolution> {
    if (!KEY_FORMAT.test(presentedKey)) return { ok: false, code: 'malformed_key' };
    const match = await this.find(presentedKey);
    if (match === undefined) return { ok: false, code: 'virtual_key_not_found' };
    const refusal = refusalOf(match.key, this.clock.now());
    if (refusal !== undefined) return { ok: false, code: refusal };
    this.usage.note(this.describeUse(presentedKey, match));
    return { ok: true, organizationId: match.key.organization_id, answer: await this.answer(match) };
  }

  private async find(presentedKey: string): Promise<Match | undefined> {
    const candidates = this.hasher.candidates(presentedKey);
    const hashes = candidates.map(({ hash }) => hash);
    const key = await this.database
      .selectFrom('virtual_keys')
      .leftJoin('projects', 'projects.id', 'virtual_keys.trace_project_id')
      .selectAll('virtual_keys')
      .select('projects.team_id')
      .where((column) => column.or([column('secret_hash', 'in', hashes), column('previous_secret_hash', 'in', hashes)]))
      .limit(1)
      .executeTakeFirst();
    if (key === undefined) return undefined;
    const current = candidates.find(({ hash }) => hash === key.secret_hash);
    if (current !== undefined) return { key, column: 'current', stored: current };
    const previous = candidates.find(({ hash }) => hash === key.previous_secret_hash);
    const graceEnds = key.previous_secret_expires_at;
    if (previous === undefined || graceEnds === null || graceEnds.getTime() <= this.clock.now()) return undefined;
    return { key, column: 'previous', stored: previous };
  }

  private describeUse(presentedKey: string, { key, column, stored }: Match): KeyUse {
    const use = { virtualKeyId: key.id, lastUsedAt: key.last_used_at };
    const sealedDigest = column === 'current' ? key.sealed_digest : key.previous_sealed_digest;
    if (stored.pepperVersion === this.hasher.currentPepperVersion && sealedDigest !== null) return use;
    return { ...use, restore: { column, from: stored.hash, to: this.secrets.store(presentedKey, key.id) } };
  }

  private async answer({ key, column }: Match): Promise<ResolveKeyResponse> {
    const jwt = await this.tokens.sign({
      virtualKeyId: key.id,
      organizationId: key.organization_id,
      projectId: key.trace_project_id,
      teamId: key.team_id,
      principalId: key.principal_user_id,
      revision: key.revision,
      expiresAt: key.expires_at,
      secretExpiresAt: column === 'previous' ? key.previous_secret_expires_at : null,
    });
    return { jwt, revision: key.revision.toString(), key_id: key.id, display_prefix: key.display_prefix };
  }
}

/** The order matters: a key that is both revoked and expired says "revoked" (contract 3.3). */
function refusalOf(key: KeyRow, nowMs: number): KeyRefusalCode | undefined {
  if (key.status === 'revoked') return 'virtual_key_revoked';
  if (key.status === 'disabled') return 'virtual_key_disabled';
  if (key.expires_at !== null && key.expires_at.getTime() <= nowMs) return 'virtual_key_expired';
  return undefined;
}
