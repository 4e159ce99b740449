import { z } from 'zod';
import { ANSWER_FAULT_NAMES } from './faults/fault-catalogue.js';

/** Most pieces of text that one answer may have. */
const CHUNKS_MAX = 100_000;
const INTERVAL_MS_MAX = 60_000;
const TOKENS_MAX = 10_000_000;

const toolCallSchema = z.strictObject({
  name: z.string().min(1),
  /** The arguments as JSON text, as the wire has them. */
  arguments: z.string(),
});

const answerSchema = z.strictObject({
  kind: z.literal('answer'),
  /** Its id, without a vendor's prefix, and the beginning of its tool call's. Clients take answers of one id for one. Default `fake`. */
  id: z.string().min(1).max(24).default('fake'),
  /** What is said. Default: `chunks` words. */
  text: z.string().min(1).optional(),
  /** Calls this tool and says nothing. */
  toolCall: toolCallSchema.optional(),
  /** Pieces of text, each an event of its own in a stream; a shorter text has one per character. Default 5. */
  chunks: z.int().min(1).max(CHUNKS_MAX).default(5),
  /** Pause between events of a stream; 0 sends as fast as the client reads. Default 0. */
  intervalMs: z.int().min(0).max(INTERVAL_MS_MAX).default(0),
  /** What one write to the connection holds: an event, or a single byte, which cuts characters too. Default `event`. */
  writes: z.enum(['event', 'byte']).default('event'),
  /** When usage is reported; a plain answer reports it when `asked` too. Default `asked`. */
  usage: z.enum(['asked', 'always', 'never']).default('asked'),
  promptTokens: z.int().min(0).max(TOKENS_MAX).default(11),
  /** Default: one per piece of text. */
  completionTokens: z.int().min(0).max(TOKENS_MAX).optional(),
  /**
   * How it ends: `whole`; `no-done` lacks the terminal event (`[DONE]`); `no-finish` lacks the finish reason, the usage
   * and the terminal event; `cut` breaks the connection in the middle of an event or of the JSON; `truncated` ends cleanly there;
   * `error` ends with an error instead. Default `whole`.
   *
   * All but the first two come after the first piece of text. A plain answer knows no difference between `whole`,
   * `no-done` and `no-finish`.
   */
  end: z.enum(['whole', 'no-done', 'no-finish', 'cut', 'truncated', 'error']).default('whole'),
  /** Goes silent at this point, until released. A plain answer's first piece is half of its JSON. */
  hold: z.enum(['before-headers', 'after-first-chunk']).optional(),
});

const errorSchema = z.strictObject({
  kind: z.literal('error'),
  status: z.int().min(400).max(599),
  /** Sent as `Retry-After`. */
  retryAfterSeconds: z.int().min(0).optional(),
  message: z.string().optional(),
});

const echoSchema = z.strictObject({ kind: z.literal('echo') });

const scriptedSchema = z.strictObject({
  kind: z.literal('scripted'),
  /** Goes wrong in this way, once the request was found to be right. Default: in none. */
  fault: z.enum(ANSWER_FAULT_NAMES).optional(),
});

const disconnectSchema = z.strictObject({ kind: z.literal('disconnect') });

/** The schema of {@link Behaviour}, with its defaults. */
export const behaviourSchema = z.discriminatedUnion('kind', [
  scriptedSchema,
  answerSchema,
  errorSchema,
  echoSchema,
  disconnectSchema,
]);

/**
 * What the fake upstream does with one request: checks it as the vendor would and answers as the scripted model does;
 * answers as told, whatever is asked; refuses with a status; echoes the request's bytes; or closes the connection without
 * an answer. An answer is a stream when the request wants one.
 */
export type Behaviour = z.output<typeof behaviourSchema>;

/** A {@link Behaviour} as one writes it: what has a default may be left out. */
export type BehaviourInput = z.input<typeof behaviourSchema>;

/** The behaviour of an answer. */
export type AnswerBehaviour = z.output<typeof answerSchema>;
