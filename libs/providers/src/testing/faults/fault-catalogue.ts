import type { WireName } from '../wires/wire.js';

/** When a fault falls. */
export type FaultMoment =
  /** Nothing of an answer was seen: another provider may still be asked. */
  | 'before-content'
  /** The client may have seen a part of an answer: it must not be shown as a whole one. */
  | 'after-content'
  /** The answer is whole, only strange: the client must get all of it. */
  | 'harmless';

/** One way in which a provider goes wrong. */
export interface Fault {
  /** Half a sentence: what the provider does. */
  readonly sentence: string;
  readonly moment: FaultMoment;
  /** What kind of answer it can befall; another is given as if there were no fault. */
  readonly answers: 'plain' | 'stream' | 'both';
  /** `address`: the provider is not reached at all, so no model name chooses it. Default: `answer`. */
  readonly lies?: 'address';
}

const before = { moment: 'before-content' } as const;
const after = { moment: 'after-content' } as const;
const harmless = { moment: 'harmless' } as const;
const both = { answers: 'both' } as const;
const plain = { answers: 'plain' } as const;
const stream = { answers: 'stream' } as const;
const address = { lies: 'address' } as const;

/** Every fault that the fake upstream can commit, by the name that a model name ends with: `fault-<name>`. */
export const FAULTS = {
  'connection-refused': { sentence: 'nothing listens at its port', ...before, ...both, ...address },
  'tls-failure': { sentence: 'its port speaks no TLS although its URL says https', ...before, ...both, ...address },
  'dns-failure': { sentence: 'its name does not resolve', ...before, ...both, ...address },

  'reset-before-headers': { sentence: 'resets the connection instead of answering', ...before, ...both },
  'reset-after-headers': { sentence: 'sends status 200 and headers, then resets the connection', ...before, ...both },
  'status-400': { sentence: 'answers 400 in its own error shape', ...before, ...both },
  'status-401': { sentence: 'answers 401 in its own error shape', ...before, ...both },
  'status-403': { sentence: 'answers 403 in its own error shape', ...before, ...both },
  'status-404': { sentence: 'answers 404 in its own error shape', ...before, ...both },
  'status-408': { sentence: 'answers 408 in its own error shape', ...before, ...both },
  'status-429': { sentence: 'answers 429 without a Retry-After', ...before, ...both },
  'status-429-retry-after': { sentence: 'answers 429 with `Retry-After: 2`', ...before, ...both },
  'status-500': { sentence: 'answers 500 in its own error shape', ...before, ...both },
  '502-html-page': { sentence: 'a proxy before it answers 502 with an HTML page', ...before, ...both },
  'status-503': { sentence: 'answers 503 in its own error shape', ...before, ...both },
  'status-504': { sentence: 'answers 504 in its own error shape', ...before, ...both },
  'status-529': { sentence: 'answers 529, overloaded', ...before, ...both },
  'context-length-error': { sentence: 'says in its own words that the prompt is too long', ...before, ...both },
  'hang-before-headers': { sentence: 'takes the request and says nothing', ...before, ...both },
  'hang-before-first-token': {
    sentence: 'sends headers and the events that come before the first content, then nothing',
    ...before,
    ...stream,
  },
  'error-event-first': { sentence: 'answers 200 with a stream whose first event is an error', ...before, ...stream },
  'error-object-200': { sentence: 'answers 200 with an error object', ...before, ...plain },
  'empty-body': { sentence: 'answers 200 with no body, or a stream without an event', ...before, ...both },
  'empty-choices': { sentence: 'answers 200 with an answer object that holds no answer', ...before, ...plain },
  'truncated-json': { sentence: 'answers 200 with half of its JSON and calls it whole', ...before, ...plain },
  'wrong-content-type': { sentence: 'answers 200 with an HTML page', ...before, ...both },

  'stall-mid-stream': { sentence: 'goes silent after the first content', ...after, ...both },
  'cut-mid-stream': {
    sentence: 'closes the connection after the first content, between two events',
    ...after,
    ...both,
  },
  'cut-mid-event': { sentence: 'closes the connection in the middle of an event', ...after, ...stream },
  'end-mid-stream': { sentence: 'ends the stream cleanly after the first content', ...after, ...stream },
  'end-mid-event': { sentence: 'ends the stream cleanly in the middle of an event', ...after, ...stream },
  'error-event-mid-stream': { sentence: 'sends an error event after the first content', ...after, ...stream },

  'content-filter-finish': { sentence: 'finishes because its content filter stepped in', ...harmless, ...both },
  'oversized-answer': { sentence: 'answers with tens of megabytes of text', ...harmless, ...both },
  'slow-drip': { sentence: 'sends one byte at a time', ...harmless, ...both },
  'invalid-utf8': { sentence: 'has bytes in a text that are no UTF-8', ...harmless, ...both },
  'invalid-json-event': { sentence: 'sends one event in the middle that is no JSON', ...harmless, ...stream },
  'duplicate-terminal-event': { sentence: 'sends its terminal event twice', ...harmless, ...stream },
  'missing-done': {
    sentence:
      'leaves out its terminal event, which on `openai-responses` and `gemini` is the one that says how it ended',
    ...harmless,
    ...stream,
  },
  'keep-alive-comments': { sentence: 'sends keep-alives between events', ...harmless, ...stream },
  'crlf-framing': { sentence: 'ends the lines of its events with CR LF', ...harmless, ...stream },
  'final-event-without-blank-line': { sentence: 'ends the stream without the last blank line', ...harmless, ...stream },
  'usage-in-two-places': { sentence: 'reports usage early and again at the end', ...harmless, ...stream },
  'empty-deltas': { sentence: 'sends events whose text is empty between the others', ...harmless, ...stream },
  'unknown-events': { sentence: 'sends events that no client knows between the others', ...harmless, ...stream },
  'tool-arguments-mid-escape': {
    sentence: 'cuts the arguments of a tool call in the middle of an escape',
    ...harmless,
    ...stream,
  },
} as const satisfies Readonly<Record<string, Fault>>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** A fault that is committed by the answer, not by the address. */
export type AnswerFaultName = {
  [Name in FaultName]: (typeof FAULTS)[Name] extends { readonly lies: 'address' } ? never : Name;
}[FaultName];

/** Wires whose terminal event is the one that says why the answer ended. */
const TERMINAL_IS_FINISH: readonly WireName[] = ['openai-responses', 'gemini'];

/**
 * When a fault falls, seen by a client: a plain answer that is not whole shows nothing, and without an event that says
 * why the answer ended a stream is not whole.
 */
export function momentOf(name: FaultName, wire: WireName, streams: boolean): FaultMoment {
  const { moment } = FAULTS[name];
  if (!streams) return moment === 'harmless' ? 'harmless' : 'before-content';
  return name === 'missing-done' && TERMINAL_IS_FINISH.includes(wire) ? 'after-content' : moment;
}

/** All names, in the order of the catalogue. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** The names of faults that a model name may choose. */
export const ANSWER_FAULT_NAMES = FAULT_NAMES.filter((name): name is AnswerFaultName => !('lies' in FAULTS[name]));

/** What a model name ends with to choose a fault. */
const FAULT_SUFFIX = /(?:^|[-./:@_])fault-([a-z0-9-]+)$/;

/**
 * The fault that a model name ends with, such as `claude-sonnet-4-5-fault-status-529`; undefined when it names none.
 *
 * @throws Error for a fault that does not exist.
 */
export function faultOfModel(model: string): AnswerFaultName | undefined {
  const [, name] = FAULT_SUFFIX.exec(model) ?? [];
  if (name === undefined) return undefined;
  const known = ANSWER_FAULT_NAMES.find((one) => one === name);
  if (known === undefined) throw new Error(`there is no fault "${name}"; known are ${ANSWER_FAULT_NAMES.join(', ')}`);
  return known;
}
