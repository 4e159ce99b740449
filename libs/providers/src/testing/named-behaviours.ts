import { behaviourSchema, type Behaviour, type BehaviourInput } from './behaviour.js';
import { faultOfModel } from './faults/fault-catalogue.js';

/** Model names that start with this choose a behaviour; any other model is the scripted one. */
export const MODEL_PREFIX = 'fake/';

const TEXT_OF_MANY_WIDTHS = 'Grüße, 世界! 👩‍👩‍👧 naïve café — ½ π ≈ 1.57 𝒜';

/** Behaviours by name; a request chooses one as the model `fake/<name>`. */
const NAMED: Readonly<Record<string, BehaviourInput>> = {
  scripted: { kind: 'scripted' },
  plain: { kind: 'answer' },
  stream: { kind: 'answer', chunks: 20 },
  'slow-stream': { kind: 'answer', chunks: 20, intervalMs: 50 },
  'tool-call': { kind: 'answer', toolCall: { name: 'get_weather', arguments: '{"city":"Zürich","unit":"celsius"}' } },
  unicode: { kind: 'answer', text: TEXT_OF_MANY_WIDTHS, chunks: 12, writes: 'byte' },
  'no-usage': { kind: 'answer', usage: 'never' },
  'always-usage': { kind: 'answer', usage: 'always' },
  'no-done': { kind: 'answer', end: 'no-done' },
  'no-finish': { kind: 'answer', end: 'no-finish' },
  cut: { kind: 'answer', end: 'cut' },
  truncated: { kind: 'answer', end: 'truncated' },
  'error-event': { kind: 'answer', end: 'error' },
  hang: { kind: 'answer', hold: 'before-headers' },
  'hang-after-first-chunk': { kind: 'answer', hold: 'after-first-chunk' },
  disconnect: { kind: 'disconnect' },
  echo: { kind: 'echo' },
  'error-400': { kind: 'error', status: 400 },
  'error-401': { kind: 'error', status: 401 },
  'error-404': { kind: 'error', status: 404 },
  'error-429': { kind: 'error', status: 429, retryAfterSeconds: 2 },
  'error-500': { kind: 'error', status: 500 },
  'error-503': { kind: 'error', status: 503 },
  'error-529': { kind: 'error', status: 529 },
};

/** The names that {@link readBehaviour} knows. */
export const BEHAVIOUR_NAMES: readonly string[] = Object.keys(NAMED);

/**
 * Reads `stream` or, with changes, `stream?chunks=100&intervalMs=5`; or `fault-<name>` for a fault of the catalogue.
 *
 * @throws Error that says what is wrong, for a name or an option that does not exist.
 */
export function readBehaviour(spelling: string): Behaviour {
  const fault = faultOfModel(spelling);
  if (fault !== undefined) return { kind: 'scripted', fault };
  const [name = '', query = ''] = spelling.split('?', 2);
  const named = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (named === undefined) throw new Error(`there is no behaviour "${name}"; known are ${BEHAVIOUR_NAMES.join(', ')}`);
  const changes = [...new URLSearchParams(query)].map(([key, value]) => [key, /^\d+$/.test(value) ? +value : value]);
  return behaviourSchema.parse({ ...named, ...Object.fromEntries(changes) });
}

/**
 * The behaviour that a model name chooses: `fake/<behaviour>`; a name that ends with `fault-<name>`, such as
 * `claude-sonnet-4-5-fault-status-529`; any other is the scripted model.
 *
 * @throws Error as {@link readBehaviour} does.
 */
export function behaviourOfModel(model: string): Behaviour {
  if (model.startsWith(MODEL_PREFIX)) return readBehaviour(model.slice(MODEL_PREFIX.length));
  const fault = faultOfModel(model);
  return fault === undefined ? { kind: 'scripted' } : { kind: 'scripted', fault };
}
