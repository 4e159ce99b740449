import { createHash } from 'node:crypto';
import type { ModelProvider } from '#gateway-protocol';
import type { Clock } from '#kernel';
import type { AdapterRegistry, ProviderCall, UpstreamTarget } from '#providers';
import { LRUCache } from 'lru-cache';
import type { ModelProbe } from './model-probe.js';

/** Limits of contract 2.10. */
const PROBE_MS_MAX = 5_000;
const PROBES_AT_ONCE_MAX = 8;
const DISCOVERY_MS_MAX = 30_000;
const CREDENTIALS_REMEMBERED_MAX = 1024;
const REMEMBERED_MS = 60_000;
const REMEMBERED_EMPTY_MS = 5_000;

const LIST_MODELS_CALL: ProviderCall = {
  operation: 'list-models',
  dialect: 'openai-chat',
  model: '',
  streams: false,
  body: undefined,
};

/** What discovery leans on. */
export interface ModelDiscoveryPorts {
  readonly adapters: AdapterRegistry;
  readonly probe: ModelProbe;
  readonly clock: Clock;
}

/** What was discovered. */
export interface Discovery {
  /** Model ids by the id of the model provider that lists them. */
  readonly models: ReadonlyMap<string, readonly string[]>;
  /** What is missing, as `vendor:reason`, sorted and each once (contract 2.10). */
  readonly gaps: readonly string[];
}

/** Nothing was looked for, so nothing is missing. */
export const NO_DISCOVERY: Discovery = { models: new Map(), gaps: [] };

type Finding = readonly string[] | 'not-enumerable' | 'probe-failed';

interface Remembered {
  readonly ids: readonly string[] | undefined;
  readonly untilMs: number;
}

/**
 * Asks providers live which models they have, and remembers their answers for a minute per credential.
 *
 * Concurrent questions about one credential share one probe, which goes on when the client that caused it leaves.
 */
export class ModelDiscovery {
  private readonly remembered = new LRUCache<string, Remembered>({ max: CREDENTIALS_REMEMBERED_MAX });
  private readonly inFlight = new Map<string, Promise<readonly string[] | undefined>>();

  constructor(private readonly ports: ModelDiscoveryPorts) {}

  /**
   * Asks all of `modelProviders`, a few at a time. It takes half a minute at most; what has not answered by then is a
   * gap. It does not reject.
   */
  async discover(modelProviders: readonly ModelProvider[]): Promise<Discovery> {
    const findings = new Map<ModelProvider, Finding>();
    const waiting = modelProviders.values();
    const finished = new AbortController();
    const askOneByOne = async (): Promise<void> => {
      for (const modelProvider of waiting) {
        if (finished.signal.aborted) return;
        findings.set(modelProvider, await this.find(modelProvider));
      }
    };
    const askers = Array.from({ length: PROBES_AT_ONCE_MAX }, askOneByOne);
    await Promise.race([Promise.all(askers), this.ports.clock.sleep(DISCOVERY_MS_MAX, finished.signal)]);
    finished.abort();
    return summarize(modelProviders, findings, this.ports.adapters);
  }

  private async find(modelProvider: ModelProvider): Promise<Finding> {
    const adapter = this.ports.adapters.find(modelProvider.family);
    const found = adapter?.target(modelProvider, LIST_MODELS_CALL);
    const target = found instanceof Promise ? await found.catch(() => undefined) : found;
    if (target === undefined || 'refusal' in target) return 'not-enumerable';
    return (await this.list(target)) ?? 'probe-failed';
  }

  private async list(target: UpstreamTarget): Promise<readonly string[] | undefined> {
    const key = keyOf(target);
    const held = this.remembered.get(key);
    if (held !== undefined && this.ports.clock.monotonicMs() < held.untilMs) return held.ids;
    let flight = this.inFlight.get(key);
    if (flight === undefined) {
      flight = this.probe(key, target);
      this.inFlight.set(key, flight);
    }
    return flight;
  }

  private async probe(key: string, target: UpstreamTarget): Promise<readonly string[] | undefined> {
    const { probe, clock } = this.ports;
    const timeout = new AbortController();
    const finished = new AbortController();
    const timedOut = clock.sleep(PROBE_MS_MAX, finished.signal).then(() => {
      timeout.abort();
      return undefined;
    });
    try {
      const ids = await Promise.race([probe.list(target, timeout.signal), timedOut]);
      const lifeMs = ids === undefined || ids.length === 0 ? REMEMBERED_EMPTY_MS : REMEMBERED_MS;
      this.remembered.set(key, { ids, untilMs: clock.monotonicMs() + lifeMs });
      return ids;
    } finally {
      finished.abort();
      this.inFlight.delete(key);
    }
  }
}

/** A provider that declares its models, or whose adapter does, is complete without being asked. */
function summarize(
  modelProviders: readonly ModelProvider[],
  findings: ReadonlyMap<ModelProvider, Finding>,
  adapters: AdapterRegistry,
): Discovery {
  const models = new Map<string, readonly string[]>();
  const gaps = new Set<string>();
  for (const modelProvider of modelProviders) {
    const finding = findings.get(modelProvider) ?? 'probe-failed';
    if (typeof finding !== 'string') models.set(modelProvider.id, finding);
    else if (finding === 'probe-failed' || declaresNothing(modelProvider, adapters))
      gaps.add(`${headerToken(modelProvider.family)}:${finding}`);
  }
  return { models, gaps: [...gaps].sort() };
}

function declaresNothing({ family, models, deploymentMap }: ModelProvider, adapters: AdapterRegistry): boolean {
  const brought = adapters.find(family)?.models.length ?? 0;
  return brought === 0 && models.length === 0 && Object.keys(deploymentMap).length === 0;
}

/** Vendors are the control plane's words; in a header they must not mean anything else. */
function headerToken(family: string): string {
  return family.replace(/[^\w.-]/g, '_');
}

/** Names a credential at an endpoint without holding it. */
function keyOf({ origin, path, headers }: UpstreamTarget): string {
  return createHash('sha256')
    .update(JSON.stringify([origin, path, Object.entries(headers).sort()]))
    .digest('base64');
}
