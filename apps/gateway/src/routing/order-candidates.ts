import { createHash } from 'node:crypto';
import { resolvePrice, type PriceBook } from '#budget';
import type { Bundle, DivertedShare, RoutingStrategy } from '#gateway-protocol';
import type { ModelRequest } from '#providers';
import type { ReadableRequest } from './capability-misses.js';
import type { Candidate } from './candidate.js';
import type { Decisions } from './decisions.js';

/** What an order depends on besides the bundle and the request. */
export interface OrderPorts {
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Average milliseconds to the first token; undefined when never seen. */
  readonly latencyMs: (modelProviderId: string, model: string) => number | undefined;
  /** Whether the provider's own rate limits leave room. */
  readonly hasHeadroom: (modelProviderId: string) => boolean;
}

/** What {@link orderCandidates} reads of a plan's input. */
export interface OrderInput {
  readonly bundle: Bundle;
  readonly prices: PriceBook;
  readonly nowMs: number;
  readonly request?: ReadableRequest | undefined;
  readonly order?: OrderPorts;
}

/** Nothing is known, and nothing is left to chance. */
const NO_PORTS: OrderPorts = { random: () => 0, latencyMs: () => undefined, hasHeadroom: () => true };

/** Output tokens for each input token when two prices are compared. */
const OUTPUT_PER_INPUT = 0.25;

/**
 * Puts candidates into the order of the key's policy. Those without headroom go last; a canary goes first for its share
 * of requests.
 */
export function orderCandidates(
  candidates: readonly Candidate[],
  input: OrderInput,
  decisions: Decisions,
): readonly Candidate[] {
  const { policy } = input.bundle.routing;
  const ports = input.order ?? NO_PORTS;
  const { canary, others } = drawCanary(candidates, policy?.canary ?? null, ports, decisions);
  const ordered = orderBy(policy?.strategy ?? 'fallback', others, input, ports);
  const roomy = ordered.filter(({ modelProvider: { id } }) => ports.hasHeadroom(id));
  const full = ordered.filter((candidate) => !roomy.includes(candidate));
  for (const candidate of full) decisions.note(candidate, "last: the provider's rate limit leaves no room");
  return canary === undefined ? [...roomy, ...full] : [canary, ...roomy, ...full];
}

/**
 * Takes the canary out for its share of requests. For the others it is a candidate only if it is a target as well, or if
 * nobody else is left.
 */
function drawCanary(
  candidates: readonly Candidate[],
  share: DivertedShare | null,
  { random }: OrderPorts,
  decisions: Decisions,
): { readonly canary: Candidate | undefined; readonly others: readonly Candidate[] } {
  const canary = share === null ? undefined : candidates.find((candidate) => candidate.canary !== undefined);
  if (share === null || canary === undefined) return { canary: undefined, others: candidates };
  const rest = candidates.filter((candidate) => candidate !== canary);
  if (random() * 100 < share.percent) {
    decisions.note(canary, 'first: the canary');
    return { canary, others: rest };
  }
  if (canary.canary === 'also-target' || rest.length === 0) return { canary: undefined, others: candidates };
  decisions.leaveOut(canary, 'the canary of other requests');
  return { canary: undefined, others: rest };
}

function orderBy(
  strategy: RoutingStrategy,
  candidates: readonly Candidate[],
  input: OrderInput,
  ports: OrderPorts,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  switch (strategy) {
    case 'none':
    case 'fallback':
      return candidates;
    case 'weighted':
      return byWeight(candidates, ports);
    case 'least_latency':
      return byLatency(candidates, ports);
    case 'cheapest':
      return sortBy(candidates, (candidate) => costOfSample(candidate, input));
    case 'sticky':
      return byConversation(candidates, input);
  }
}

/** Draws without replacement, each by its share of the weight that is left. Weight 0 is drawn last. */
function byWeight(candidates: readonly Candidate[], { random }: OrderPorts): readonly Candidate[] {
  const left = [...candidates];
  const drawn: Candidate[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight = 1 }) => sum + weight, 0);
    let point = random() * total;
    let index = left.findIndex(({ weight = 1 }) => {
      point -= weight;
      return point < 0;
    });
    if (index === -1) index = 0;
    drawn.push(...left.splice(index, 1));
  }
  return drawn;
}

/**
 * Power of two choices: of two drawn at random the quicker goes first, so that not everybody runs to the quickest at
 * once. Who was never seen counts as quickest, or it would never be.
 */
function byLatency(candidates: readonly Candidate[], { random, latencyMs }: OrderPorts): readonly Candidate[] {
  const timeOf = ({ modelProvider, model }: Candidate): number => latencyMs(modelProvider.id, model) ?? 0;
  const one = Math.floor(random() * candidates.length);
  const step = 1 + Math.floor(random() * (candidates.length - 1));
  const pair = [candidates[one], candidates[(one + step) % candidates.length]].filter((each) => each !== undefined);
  const [first] = sortBy(pair, timeOf);
  const rest = candidates.filter((candidate) => candidate !== first);
  return first === undefined ? candidates : [first, ...sortBy(rest, timeOf)];
}

function costOfSample({ modelProvider, model }: Candidate, { prices, nowMs }: OrderInput): number {
  const resolved = resolvePrice({ modelProvider, model, atMs: nowMs, book: prices });
  if (resolved === undefined) return Infinity;
  return resolved.price.input + OUTPUT_PER_INPUT * resolved.price.output;
}

/**
 * The same conversation goes to the same provider, so that its prompt cache stays warm; when that one goes, only its own
 * conversations move (rendezvous hashing). A conversation is known by how it began.
 */
function byConversation(candidates: readonly Candidate[], input: OrderInput): readonly Candidate[] {
  const key = conversationKey(input.bundle.virtualKeyId, input.request?.read());
  return sortBy(candidates, ({ modelProvider, model, weight = 1 }) => {
    const hash = createHash('sha256').update(`${key}\n${modelProvider.id}\n${model}`).digest();
    const point = (hash.readUIntBE(0, 6) + 1) / 2 ** 48;
    return weight === 0 ? Infinity : -Math.log(point) / weight;
  });
}

function conversationKey(virtualKeyId: string, request: ModelRequest | undefined): string {
  const hash = createHash('sha256').update(virtualKeyId);
  for (const message of request?.messages ?? []) {
    hash.update(message.role);
    for (const part of message.parts) if ('text' in part) hash.update(part.text);
    if (message.role === 'user') break;
  }
  return hash.digest('base64');
}

function sortBy(candidates: readonly Candidate[], valueOf: (candidate: Candidate) => number): readonly Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, value: valueOf(candidate) }))
    .sort((left, right) => (left.value === right.value ? 0 : left.value - right.value))
    .map(({ candidate }) => candidate);
}
