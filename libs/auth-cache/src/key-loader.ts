import type { BundleClaims, ConfigPayload } from '#gateway-protocol';
import type { KeyCacheEvent, KeyCacheEvents, RefreshStep } from './key-cache-events.js';
import type { ConfigAnswer, KeySource, ResolveAnswer, SourceFailure } from './key-source.js';
import type { KeyRefusalReason } from './resolution.js';

/** What a full load, resolve and configuration together, came to. A bundle is never made of one half. */
export type LoadOutcome =
  | {
      readonly kind: 'loaded';
      readonly claims: BundleClaims;
      readonly config: ConfigPayload;
      readonly etag: string | undefined;
    }
  | { readonly kind: 'refused'; readonly reason: KeyRefusalReason }
  | { readonly kind: 'failed'; readonly step: RefreshStep; readonly failure: SourceFailure };

/** Asks a {@link KeySource} and turns whatever happens, also a throwing source, into a value. */
export class KeyLoader {
  constructor(
    private readonly source: KeySource,
    private readonly events: KeyCacheEvents,
  ) {}

  /** Resolves a key and fetches its configuration. */
  async load(presentedKey: string, signal: AbortSignal): Promise<LoadOutcome> {
    const resolved = await this.resolveKey(presentedKey, signal);
    if (resolved.kind === 'unavailable') return { kind: 'failed', step: 'transport', failure: resolved.failure };
    if (resolved.kind === 'refused') return { kind: 'refused', reason: resolved.reason };
    const { claims } = resolved;
    const answer = await this.fetchConfig(claims.vk_id, undefined, signal);
    if (answer.kind === 'unavailable') return failedConfig(answer.failure);
    if (answer.kind !== 'config') {
      return failedConfig({ kind: 'bad_answer', detail: `a resolved key has no configuration: ${answer.kind}` });
    }
    // The configuration was read after the key was resolved, so its status is the later word.
    const refusal = refusalOfStatus(answer.config.status);
    if (refusal !== undefined) return { kind: 'refused', reason: refusal };
    return { kind: 'loaded', claims, config: answer.config, etag: answer.etag };
  }

  /** Fetches a configuration; `not_modified` comes only in answer to an `etag`. */
  async fetchConfig(virtualKeyId: string, etag: string | undefined, signal: AbortSignal): Promise<ConfigAnswer> {
    let answer: ConfigAnswer;
    try {
      answer = await this.source.fetchConfig(virtualKeyId, etag, signal);
    } catch (cause) {
      answer = { kind: 'unavailable', failure: failureOf(cause, signal) };
    }
    if (answer.kind === 'config' && answer.config.vk_id !== virtualKeyId) {
      return unavailable('bad_answer', 'the configuration is that of another virtual key');
    }
    if (answer.kind === 'not_modified' && etag === undefined) {
      return unavailable('bad_answer', 'not modified, but the request was unconditional');
    }
    if (answer.kind === 'unavailable') this.report(answer.failure);
    return answer;
  }

  private async resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer> {
    let answer: ResolveAnswer;
    try {
      answer = await this.source.resolveKey(presentedKey, signal);
    } catch (cause) {
      answer = { kind: 'unavailable', failure: failureOf(cause, signal) };
    }
    if (answer.kind === 'unavailable') this.report(answer.failure);
    return answer;
  }

  private report(failure: SourceFailure): void {
    if (failure.kind !== 'secret_refused') return;
    const event: KeyCacheEvent = { kind: 'control_plane_secret_refused', failure };
    this.events.record(event);
  }
}

/** Why a configuration says that its key is not to be served, if it does. Statuses that we do not know say nothing. */
export function refusalOfStatus(status: string | undefined): KeyRefusalReason | undefined {
  if (status === 'revoked') return 'virtual_key_revoked';
  return status === 'disabled' ? 'virtual_key_disabled' : undefined;
}

/** The failure that a throw of a source amounts to. */
export function failureOf(cause: unknown, signal: AbortSignal): SourceFailure {
  return signal.aborted
    ? { kind: 'timeout', detail: 'the time limit of the load passed', cause }
    : { kind: 'transport', detail: 'asking the control plane failed', cause };
}

function failedConfig(failure: SourceFailure): LoadOutcome {
  return { kind: 'failed', step: 'config_fetch_failed', failure };
}

function unavailable(kind: SourceFailure['kind'], detail: string): ConfigAnswer {
  return { kind: 'unavailable', failure: { kind, detail } };
}
