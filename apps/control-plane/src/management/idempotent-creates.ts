import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { Kysely, sql } from 'kysely';

import { Clock, invariant } from '#kernel';

import type { Actor } from '../audit/actor.js';
import type { DatabaseHandle } from '../database/database.js';
import type { Database } from '../database/schema.js';
import { apiError } from '../errors/api-error.js';
import { Sealer } from '../secrets/sealer.js';
import { idempotencySealName } from './idempotency-seal.js';
import type { Route } from './route.js';

/** A create that may be repeated. */
export interface RepeatableCreate {
  readonly actor: Actor;
  readonly route: Route;
  /** The client's `Idempotency-Key`; without one the create simply runs. */
  readonly key: string | undefined;
  /** The body as it was sent: a repeat has to match it byte for byte. */
  readonly rawBody: unknown;
}

/** What to answer. A replayed answer equals the first one byte for byte, secrets included. */
export interface CreateOutcome {
  readonly answer: unknown;
  readonly isReplay: boolean;
}

const REPLAY_MS = 24 * 60 * 60 * 1000;
/** How long a repeat waits for the first request before it is told to come again. */
const WAIT_FOR_FIRST = '5s';
const LOCK_NOT_AVAILABLE = '55P03';
/** Old entries that a create clears away on its way, so that the table needs no janitor. */
const CLEARED_PER_CREATE = 20;

/**
 * Runs creates at most once per `Idempotency-Key`, for 24 hours.
 *
 * Key, created rows and answer are one transaction. A repeat that arrives while the first request is running waits on
 * the key's row; if the first one fails, nothing of it is left and the repeat runs in its place. Answers may hold a
 * secret, so they are stored sealed.
 */
@Injectable()
export class IdempotentCreates {
  constructor(
    private readonly database: Kysely<Database>,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /** Runs `work`, or answers what it answered before. Throws 409 `idempotency_error`. */
  async run(create: RepeatableCreate, work: (transaction: DatabaseHandle) => Promise<unknown>): Promise<CreateOutcome> {
    const { key } = create;
    return this.database.transaction().execute(async (transaction) => {
      if (key === undefined) return { answer: await work(transaction), isReplay: false };
      const slot = slotOf(create, key);
      if (!(await this.claim(transaction, slot))) return this.replay(transaction, slot);
      const answer = await work(transaction);
      await this.remember(transaction, slot, create.route.status, answer);
      return { answer, isReplay: false };
    });
  }

  /** Takes the key for this transaction. False when an earlier request has it. */
  private async claim(transaction: DatabaseHandle, slot: Slot): Promise<boolean> {
    const now = new Date(this.clock.now());
    const values = { ...slot.id, request_hash: slot.requestHash, created_at: now, expires_at: slot.expiresAt(now) };
    await sql`SET LOCAL lock_timeout = ${sql.lit(WAIT_FOR_FIRST)}`.execute(transaction);
    const claimed = await transaction
      .insertInto('idempotency_keys')
      .values({ ...values, status_code: null, sealed_response: null, sealing_key_version: null })
      .onConflict((conflict) =>
        conflict
          .columns(['organization_id', 'route', 'key'])
          .doUpdateSet({
            request_hash: slot.requestHash,
            status_code: null,
            sealed_response: null,
            sealing_key_version: null,
            created_at: now,
            expires_at: slot.expiresAt(now),
          })
          .where('idempotency_keys.expires_at', '<=', now),
      )
      .returning('key')
      .executeTakeFirst()
      .catch(refuseWhileRunning);
    await sql`SET LOCAL lock_timeout = DEFAULT`.execute(transaction);
    if (claimed !== undefined) await clearOld(transaction, now);
    return claimed !== undefined;
  }

  private async replay(transaction: DatabaseHandle, slot: Slot): Promise<CreateOutcome> {
    const stored = await transaction
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'sealed_response', 'sealing_key_version'])
      .where('organization_id', '=', slot.id.organization_id)
      .where('route', '=', slot.id.route)
      .where('key', '=', slot.id.key)
      .executeTakeFirstOrThrow();
    if (stored.request_hash !== slot.requestHash) {
      throw apiError('idempotency_error', { meta: { reason: 'body_mismatch' } });
    }
    const { sealed_response: bytes, sealing_key_version: keyVersion } = stored;
    invariant(bytes !== null && keyVersion !== null, 'a committed idempotency key has its answer');
    return { answer: JSON.parse(this.sealer.open({ bytes, keyVersion }, slot.sealedAs)), isReplay: true };
  }

  private async remember(transaction: DatabaseHandle, slot: Slot, status: number, answer: unknown): Promise<void> {
    const sealed = this.sealer.seal(JSON.stringify(answer), slot.sealedAs);
    await transaction
      .updateTable('idempotency_keys')
      .set({ status_code: status, sealed_response: sealed.bytes, sealing_key_version: sealed.keyVersion })
      .where('organization_id', '=', slot.id.organization_id)
      .where('route', '=', slot.id.route)
      .where('key', '=', slot.id.key)
      .execute();
  }
}

/** The row of one key, and what its answer is sealed for. */
interface Slot {
  readonly id: { readonly organization_id: string; readonly route: string; readonly key: string };
  readonly requestHash: string;
  readonly sealedAs: string;
  expiresAt(now: Date): Date;
}

function slotOf({ actor, route, rawBody }: RepeatableCreate, key: string): Slot {
  const id = { organization_id: actor.organizationId, route: `${route.method} ${route.path}`, key };
  return {
    id,
    requestHash: createHash('sha256')
      .update(Buffer.isBuffer(rawBody) ? rawBody : '')
      .digest('hex'),
    sealedAs: idempotencySealName(id),
    expiresAt: (now) => new Date(now.getTime() + REPLAY_MS),
  };
}

function refuseWhileRunning(error: unknown): never {
  const isLocked = error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
  throw isLocked ? apiError('idempotency_error', { meta: { reason: 'in_progress' }, cause: error }) : error;
}

async function clearOld(transaction: DatabaseHandle, now: Date): Promise<void> {
  await transaction
    .deleteFrom('idempotency_keys')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('organization_id', 'route', 'key'),
        'in',
        selectFrom('idempotency_keys')
          .select(['organization_id', 'route', 'key'])
          .where('expires_at', '<=', now)
          .limit(CLEARED_PER_CREATE)
          .forUpdate()
          .skipLocked()
          .$asTuple('organization_id', 'route', 'key'),
      ),
    )
    .execute();
}
