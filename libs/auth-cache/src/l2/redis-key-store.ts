import { changeEventSchema } from '#gateway-protocol';
import { invariant, type Clock, type Random } from '#kernel';
import { BreakerRegistry } from '#retry';
import { z } from 'zod';
import type { BundleSecrets } from '../bundle-verifier.js';
import { Flight } from '../flight.js';
import type { KeyCacheEvents } from '../key-cache-events.js';
import { RedisConnection, describeRedisError } from './redis-connection.js';
import { CHANGES_CHANNEL, SHARDS, entryKey, indexKey, markPrefix, shardOf } from './redis-names.js';
import { GET_SCRIPT, MARK_SCRIPT, PUT_SCRIPT } from './redis-scripts.js';
import type { RedisTarget } from './redis-url.js';
import { sharedEntrySchema, type SharedEntry } from './shared-entry.js';
import type { SharedKeyEvent, SharedOperation } from './shared-key-events.js';
import {
  SharedKeyStore,
  type SharedAnswer,
  type SharedChange,
  type SharedMark,
  type SharedSubject,
  type SharedWrite,
} from './shared-key-store.js';
import { SEALED_LENGTH_MAX, SharedSeal } from './shared-seal.js';

/** What a {@link RedisKeyStore} needs from outside. */
export interface RedisKeyStorePorts {
  readonly target: RedisTarget;
  /** The secrets of identity tokens, from which the keys of the seal are derived. */
  readonly secrets: BundleSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: KeyCacheEvents;
}

/** Limits and times of a {@link RedisKeyStore}; every field has a default. */
export interface RedisKeyStoreOptions {
  /** The longest that a command may take, milliseconds. Default 50. */
  readonly commandTimeoutMs: number;
  /** How long `start()` waits for the first connection, milliseconds. Default 1,000. */
  readonly startTimeoutMs: number;
  /** Failures within ten seconds after which Redis is left alone. Default 3. */
  readonly breakerThreshold: number;
  /** How long it is left alone before one command tries again, milliseconds. Default 5,000. */
  readonly breakerCooldownMs: number;
}

/** The values of options that are not given. */
export const REDIS_KEY_STORE_DEFAULTS: RedisKeyStoreOptions = Object.freeze({
  commandTimeoutMs: 50,
  startTimeoutMs: 1_000,
  breakerThreshold: 3,
  breakerCooldownMs: 5_000,
});

/** All commands go to one store, so they share one breaker. */
const BREAKER_ID = 'redis';
const BREAKER_WINDOW_MS = 10_000;

/** A message that is older has been held back; the change feed has told its news long since. */
const MESSAGE_AGE_MAX_MS = 60_000;

const foundSchema = z.tuple([z.string(), z.string(), z.string()]);
const sealedEntrySchema = z.object({ digest: z.string(), entry: sharedEntrySchema });
const sealedChangeSchema = z.object({ change: changeEventSchema, organizationId: z.string(), atMs: z.number() });

type Outcome<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false };

/** Shares resolved keys and news of changes over Redis or Valkey: one server, with sentinels, or a cluster. */
export class RedisKeyStore extends SharedKeyStore {
  private readonly options: RedisKeyStoreOptions;
  private readonly seal: SharedSeal;
  private readonly breaker: BreakerRegistry;
  private readonly connection: RedisConnection;
  private listener: ((change: SharedChange) => void) | undefined;

  /** @throws {InvariantError} when an option could not work or the secret is empty. */
  constructor(
    private readonly ports: RedisKeyStorePorts,
    options: Partial<RedisKeyStoreOptions> = {},
  ) {
    super();
    this.options = { ...REDIS_KEY_STORE_DEFAULTS, ...options };
    for (const [name, value] of Object.entries(this.options)) invariant(value > 0, `${name} must be positive`);
    const { target, secrets, clock, random } = ports;
    this.seal = new SharedSeal(secrets);
    const { breakerThreshold: threshold, breakerCooldownMs: cooldownMs } = this.options;
    this.breaker = new BreakerRegistry({
      clock,
      config: { threshold, cooldownMs, windowMs: BREAKER_WINDOW_MS },
      onChange: ({ from, to }) => this.record({ kind: 'shared_store_breaker', from, to }),
    });
    const listener = {
      connected: () => this.record({ kind: 'shared_store_connected' }),
      lost: (detail: string) => this.record({ kind: 'shared_store_lost', detail }),
      message: (text: string) => void this.receive(text),
    };
    this.connection = new RedisConnection(target, clock, random, listener, CHANGES_CHANNEL);
  }

  /** Connects. Resolves when Redis can be asked, or after `startTimeoutMs`: it then goes on trying, and never rejects. */
  async start(): Promise<void> {
    await this.connection.start(this.options.startTimeoutMs);
  }

  /** Closes the connections at once; whatever is asked from now on is answered `unavailable`. */
  stop(): void {
    this.connection.stop();
  }

  override async get(digest: string, signal: AbortSignal): Promise<SharedAnswer> {
    const names = this.seal.names('digest', digest);
    const answers = await Promise.all(names.map((name) => this.look(name, digest, signal)));
    const found = answers.find((answer) => answer.kind === 'found');
    return found ?? answers.find((answer) => answer.kind === 'unavailable') ?? ABSENT;
  }

  override async put(digest: string, entry: SharedEntry, ttlMs: number): Promise<SharedWrite> {
    const sealed = await this.seal.seal('entry', { digest, entry });
    if (sealed.length > SEALED_LENGTH_MAX) return 'overtaken';
    const [name = ''] = this.seal.names('digest', digest);
    const virtualKeyNames = this.seal.names('virtual_key', entry.claims.vk_id);
    const tags = [...virtualKeyNames, ...this.seal.names('organization', entry.claims.org_id)].join(' ');
    const shard = shardOf(name);
    const keys = [entryKey(name), indexKey(shard, virtualKeyNames[0] ?? '')];
    const times = [entry.resolvedAtMs, entry.checkedAtMs, Math.floor(ttlMs)];
    const outcome = await this.run('put', () =>
      this.connection.commands.eval(PUT_SCRIPT, 2, ...keys, markPrefix(shard), tags, sealed, ...times),
    );
    if (!outcome.ok) return 'unavailable';
    return outcome.value === 1 ? 'done' : 'overtaken';
  }

  override async discard(digest: string): Promise<SharedWrite> {
    const keys = this.seal.names('digest', digest).map(entryKey);
    return all(keys.map((key) => this.run('discard', () => this.connection.commands.del(key))));
  }

  override async remove(virtualKeyId: string, mark: SharedMark): Promise<SharedWrite> {
    return this.mark('remove', this.seal.names('virtual_key', virtualKeyId), 'removed', mark);
  }

  override async markChanged(subject: SharedSubject, mark: SharedMark): Promise<SharedWrite> {
    const names =
      'virtualKeyId' in subject
        ? this.seal.names('virtual_key', subject.virtualKeyId)
        : this.seal.names('organization', subject.organizationId);
    return this.mark('mark_changed', names, 'changed', mark);
  }

  override async publish({ change, organizationId }: SharedChange): Promise<SharedWrite> {
    const message = await this.seal.seal('change', { change, organizationId, atMs: this.ports.clock.now() });
    return all([await this.run('publish', () => this.connection.commands.publish(CHANGES_CHANNEL, message))]);
  }

  override subscribe(listener: (change: SharedChange) => void): void {
    invariant(this.listener === undefined, 'changes have one listener');
    this.listener = listener;
  }

  private async look(name: string, digest: string, signal: AbortSignal): Promise<SharedAnswer> {
    const outcome = await this.run(
      'get',
      () => this.connection.commands.eval(GET_SCRIPT, 1, entryKey(name), markPrefix(shardOf(name))),
      signal,
    );
    if (!outcome.ok) return UNAVAILABLE;
    if (outcome.value === null) return ABSENT;
    const found = foundSchema.safeParse(outcome.value);
    if (!found.success) return this.reject('malformed');
    const [sealed, removedUntil, changedUntil] = found.data;
    const opened = await this.seal.open('entry', sealed);
    if (opened === undefined) return this.reject('unopened');
    const parsed = sealedEntrySchema.safeParse(opened);
    if (!parsed.success) return this.reject('malformed');
    // An entry that was moved to the name of another key would lend that key its rights.
    if (parsed.data.digest !== digest) return this.reject('other_key');
    const { entry } = parsed.data;
    if (readTime(removedUntil) >= entry.resolvedAtMs) return ABSENT;
    return { kind: 'found', entry, overtaken: readTime(changedUntil) >= entry.checkedAtMs };
  }

  private async mark(
    operation: SharedOperation,
    names: readonly string[],
    field: 'removed' | 'changed',
    { untilMs, ttlMs }: SharedMark,
  ): Promise<SharedWrite> {
    const { commands } = this.connection;
    const marks = SHARDS.flatMap((shard) =>
      names.map((name) => {
        const keys = [`${markPrefix(shard)}${name}`, indexKey(shard, name)];
        return this.run(operation, () => commands.eval(MARK_SCRIPT, 2, ...keys, field, untilMs, ttlMs));
      }),
    );
    return all(marks);
  }

  private async receive(text: string): Promise<void> {
    const opened = await this.seal.open('change', text);
    if (opened === undefined) return this.record({ kind: 'shared_change_rejected', reason: 'unopened' });
    const parsed = sealedChangeSchema.safeParse(opened);
    if (!parsed.success) return this.record({ kind: 'shared_change_rejected', reason: 'malformed' });
    const { change, organizationId, atMs } = parsed.data;
    if (Math.abs(this.ports.clock.now() - atMs) > MESSAGE_AGE_MAX_MS) {
      return this.record({ kind: 'shared_change_rejected', reason: 'outdated' });
    }
    try {
      this.listener?.({ change, organizationId });
    } catch (cause) {
      this.record({ kind: 'shared_fault', cause });
    }
  }

  /** Runs one command within its bound, unless Redis is out of reach or left alone; failures are told, never thrown. */
  private async run<Value>(
    operation: SharedOperation,
    command: () => Promise<Value>,
    signal?: AbortSignal,
  ): Promise<Outcome<Value>> {
    const isUnwanted = (): boolean => signal?.aborted === true;
    if (!this.connection.isReady || isUnwanted()) return FAILED;
    const permit = this.breaker.acquire(BREAKER_ID);
    if (permit === undefined) return FAILED;
    const { commandTimeoutMs } = this.options;
    const flight = new Flight(this.ports.clock, commandTimeoutMs);
    const cut = (): void => flight.cut();
    signal?.addEventListener('abort', cut, { once: true });
    let detail = `no answer within ${commandTimeoutMs} ms`;
    try {
      const outcome = await flight.run<Outcome<Value>>(
        async () => ({ ok: true, value: await command() }),
        () => FAILED,
      );
      // A caller that went away says nothing about Redis.
      permit.settle(outcome.ok ? 'success' : isUnwanted() ? 'abandoned' : 'failure');
      if (outcome.ok || isUnwanted()) return outcome;
    } catch (error) {
      permit.settle('failure');
      detail = describeRedisError(error);
    } finally {
      signal?.removeEventListener('abort', cut);
    }
    this.record({ kind: 'shared_store_failed', operation, detail });
    return FAILED;
  }

  private reject(reason: Extract<SharedKeyEvent, { kind: 'shared_entry_rejected' }>['reason']): SharedAnswer {
    this.record({ kind: 'shared_entry_rejected', reason });
    return ABSENT;
  }

  private record(event: SharedKeyEvent): void {
    this.ports.events.recordShared(event);
  }
}

const ABSENT: SharedAnswer = Object.freeze({ kind: 'absent' });
const UNAVAILABLE: SharedAnswer = Object.freeze({ kind: 'unavailable' });
const FAILED = Object.freeze({ ok: false });

/** A time as a mark holds it. What is no number was tampered with, and then counts as the end of time. */
function readTime(text: string): number {
  const timeMs = Number(text);
  return Number.isNaN(timeMs) ? Number.POSITIVE_INFINITY : timeMs;
}

async function all(writes: readonly (Outcome<unknown> | Promise<Outcome<unknown>>)[]): Promise<SharedWrite> {
  const outcomes = await Promise.all(writes);
  return outcomes.every((outcome) => outcome.ok) ? 'done' : 'unavailable';
}
