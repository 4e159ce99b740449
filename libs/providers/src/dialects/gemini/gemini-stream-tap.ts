import { asList, asNonEmptyString, asObject, asString, parseObject } from '../../json/read-json.js';
import { StreamTap, type AnswerFacts } from '../../spec/answer-tap.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { readGeminiUsage } from './read-usage.js';

const ERROR_MESSAGE_CHARACTERS_MAX = 512;

const DATA = Buffer.from('data:');
const USAGE = Buffer.from('"usageMetadata"');
const PARTS = Buffer.from('"parts"');
/** Names in an event that make it worth parsing. Inside of a JSON string their quotes would be escaped. */
const TELLING = ['"finishReason"', '"blockReason"', '"error"'].map((name) => Buffer.from(name));

/**
 * Reads a Gemini stream (`alt=sse`) in passing.
 *
 * Every chunk carries usage so far, and the last one counts: chunks are only searched for a few names, the last one with
 * usage is kept aside, and it is parsed when somebody asks. Chunks that report an end or an error are parsed at once.
 */
export class GeminiStreamTap extends StreamTap {
  private readonly state = new GeminiAnswerFacts();

  override get facts(): AnswerFacts {
    return this.state;
  }

  override onEvent(event: Buffer): 'keep' {
    if (!event.includes(DATA)) return 'keep';
    if (TELLING.some((name) => event.includes(name))) this.inspect(event);
    else {
      if (event.includes(PARTS)) this.state.deltas += 1;
      if (event.includes(USAGE)) this.state.keepUsage(event);
    }
    return 'keep';
  }

  private inspect(event: Buffer): void {
    const chunk = readChunk(event);
    if (chunk === undefined) return;
    const { state } = this;
    if (chunk['error'] !== undefined && chunk['error'] !== null) {
      const message = asString(asObject(chunk['error'])?.['message']) ?? 'the provider reported an error';
      state.errorMessage = message.slice(0, ERROR_MESSAGE_CHARACTERS_MAX);
      return;
    }
    const candidates = (asList(chunk['candidates']) ?? []).map(asObject);
    if (candidates.some(hasContent)) state.deltas += 1;
    state.complete ||=
      candidates.some((candidate) => asNonEmptyString(candidate?.['finishReason']) !== undefined) ||
      asNonEmptyString(asObject(chunk['promptFeedback'])?.['blockReason']) !== undefined;
    state.setUsage(readGeminiUsage(chunk['usageMetadata']));
  }
}

/** The facts of a stream; usage is parsed when it is asked for. */
class GeminiAnswerFacts implements AnswerFacts {
  complete = false;
  errorMessage: string | undefined;
  deltas = 0;
  private known: Usage | undefined;
  private unread: Buffer | undefined;

  get usage(): Usage | undefined {
    const { unread } = this;
    this.unread = undefined;
    if (unread !== undefined) this.setUsage(readGeminiUsage(readChunk(unread)?.['usageMetadata']));
    return this.known;
  }

  /** Keeps a copy: the bytes of an event are not ours beyond the call. */
  keepUsage(event: Buffer): void {
    this.unread = Buffer.from(event);
  }

  setUsage(usage: Usage | undefined): void {
    if (usage === undefined) return;
    this.unread = undefined;
    this.known = usage;
  }
}

function readChunk(event: Buffer): JsonObject | undefined {
  const frame = readSseFrame(event);
  return frame === undefined ? undefined : parseObject(frame.data);
}

/** True for anything but an empty text, which usually comes with the finish reason. */
function hasContent(candidate: JsonObject | undefined): boolean {
  const parts = asList(asObject(candidate?.['content'])?.['parts']) ?? [];
  return parts.map(asObject).some((part) => part !== undefined && asString(part['text']) !== '');
}
