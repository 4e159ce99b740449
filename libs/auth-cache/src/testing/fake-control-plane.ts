import { configPayloadSchema, type BundleClaims, type ConfigPayloadInput } from '#gateway-protocol';
import type { Clock } from '#kernel';
import { KeySource, type ConfigAnswer, type ResolveAnswer, type SourceFailure } from '../key-source.js';

/** A virtual key as the fake control plane stores it. */
export interface FakeVirtualKey {
  readonly id: string;
  organizationId: string;
  projectId: string | null;
  status: 'active' | 'revoked' | 'disabled';
  /** Unix seconds. */
  expiresAtSeconds: number | null;
  /** Moves the configuration's tag, as edits of a key do. */
  revision: number;
  /** Does not move the tag, as spend and budgets do not. */
  budgetLimitMicroUsd: number;
  modelProviderIds: string[];
}

/** What the fake does with calls: `resolve_only` answers identities and fails configurations. */
export type FakeMode = 'up' | 'down' | 'resolve_only' | 'hang' | 'hang_ignoring_abort';

const DOWN: SourceFailure = { kind: 'transport', detail: 'the fake is down' };

/** A control plane in memory for tests: slow, failing or hanging on demand, and counting what it is asked. */
export class FakeControlPlane extends KeySource {
  readonly keys = new Map<string, FakeVirtualKey>();
  mode: FakeMode = 'up';
  latencyMs = 0;
  tokenTtlSeconds = 900;
  /** Whether configurations name the key's expiry, or leave it out. */
  tellsExpiry = true;
  tellsStatus = true;
  resolveCalls = 0;
  configCalls = 0;
  conditionalCalls = 0;
  /** The most questions about one key that were ever in progress at once. */
  maxInFlightPerKey = 0;
  /** Virtual key → token expiry of the last whole load, milliseconds since the epoch. */
  readonly lastTokenExpiryMs = new Map<string, number>();
  private readonly halfLoadedExpiryMs = new Map<string, number>();
  private readonly inFlight = new Map<string, number>();

  constructor(private readonly clock: Clock) {
    super();
  }

  get calls(): number {
    return this.resolveCalls + this.configCalls;
  }

  add(presentedKey: string, overrides: Partial<FakeVirtualKey> = {}): FakeVirtualKey {
    const key: FakeVirtualKey = {
      id: `vk_${this.keys.size + 1}`,
      organizationId: 'org_1',
      projectId: 'project_1',
      status: 'active',
      expiresAtSeconds: null,
      revision: 1,
      budgetLimitMicroUsd: 1_000_000,
      modelProviderIds: ['mp_1'],
      ...overrides,
    };
    this.keys.set(presentedKey, key);
    return key;
  }

  override async resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer> {
    this.resolveCalls += 1;
    const key = this.keys.get(presentedKey);
    // The answer is made when the question arrives; latency then ages it, as a slow network does.
    const resolved = this.resolveNow(key);
    const answer = await this.answer(key?.id ?? presentedKey, resolved, signal);
    if (answer.kind === 'resolved') this.halfLoadedExpiryMs.set(answer.claims.vk_id, answer.claims.exp * 1000);
    return answer;
  }

  override async fetchConfig(id: string, etag: string | undefined, signal: AbortSignal): Promise<ConfigAnswer> {
    this.configCalls += 1;
    if (etag !== undefined) this.conditionalCalls += 1;
    const key = [...this.keys.values()].find((candidate) => candidate.id === id);
    const config: ConfigAnswer =
      this.mode === 'resolve_only' ? { kind: 'unavailable', failure: DOWN } : this.configNow(key, etag);
    const answer = await this.answer(id, config, signal);
    const expiryMs = this.halfLoadedExpiryMs.get(id);
    this.halfLoadedExpiryMs.delete(id);
    if (answer.kind === 'config' && expiryMs !== undefined) this.lastTokenExpiryMs.set(id, expiryMs);
    return answer;
  }

  private resolveNow(key: FakeVirtualKey | undefined): ResolveAnswer {
    const nowSeconds = Math.floor(this.clock.now() / 1000);
    if (key === undefined) return { kind: 'refused', reason: 'invalid_api_key' };
    if (key.status === 'revoked') return { kind: 'refused', reason: 'virtual_key_revoked' };
    if (key.status === 'disabled') return { kind: 'refused', reason: 'virtual_key_disabled' };
    if (key.expiresAtSeconds !== null && key.expiresAtSeconds <= nowSeconds) {
      return { kind: 'refused', reason: 'virtual_key_expired' };
    }
    const exp = nowSeconds + this.tokenTtlSeconds;
    const claims: BundleClaims = {
      vk_id: key.id,
      project_id: key.projectId,
      org_id: key.organizationId,
      vk_expires_at: key.expiresAtSeconds,
      exp,
    };
    return { kind: 'resolved', claims };
  }

  private configNow(key: FakeVirtualKey | undefined, etag: string | undefined): ConfigAnswer {
    if (key === undefined) return { kind: 'not_found' };
    const currentEtag = `${key.revision}.${key.status}.${key.expiresAtSeconds}.${key.modelProviderIds.join('.')}`;
    if (etag === currentEtag) return { kind: 'not_modified' };
    const payload: ConfigPayloadInput = {
      vk_id: key.id,
      revision: String(key.revision),
      ...(this.tellsStatus ? { status: key.status } : {}),
      ...(this.tellsExpiry ? { expires_at: key.expiresAtSeconds } : {}),
      providers: key.modelProviderIds.map((id) => ({ id, type: 'openai', credentials: { api_key: 'sk' } })),
      budgets: [
        {
          id: 'budget_1',
          scope: 'virtual_key',
          scope_id: key.id,
          window: 'month',
          limit_micro_usd: key.budgetLimitMicroUsd,
          spent_micro_usd: 0,
          on_breach: 'block',
        },
      ],
    };
    return { kind: 'config', config: configPayloadSchema.parse(payload), etag: currentEtag };
  }

  private async answer<Answer extends ResolveAnswer | ConfigAnswer>(
    subject: string,
    answer: Answer,
    signal: AbortSignal,
  ): Promise<Answer | { readonly kind: 'unavailable'; readonly failure: SourceFailure }> {
    const { mode } = this;
    const inFlight = (this.inFlight.get(subject) ?? 0) + 1;
    this.inFlight.set(subject, inFlight);
    this.maxInFlightPerKey = Math.max(this.maxInFlightPerKey, inFlight);
    const land = (): void => void this.inFlight.set(subject, (this.inFlight.get(subject) ?? 1) - 1);
    try {
      if (mode === 'hang') await this.clock.sleep(86_400_000, signal);
      if (mode === 'hang_ignoring_abort') {
        signal.addEventListener('abort', land, { once: true });
        await new Promise(() => {});
      }
      if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs, signal);
      return mode === 'down' ? { kind: 'unavailable', failure: DOWN } : answer;
    } finally {
      land();
    }
  }
}
