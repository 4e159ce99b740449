import { parseObject } from '../../json/read-json.js';
import { StreamTap, type AnswerFacts } from '../../spec/answer-tap.js';
import type { Usage } from '../../spec/usage.js';
import { readChunkUsage } from './chunk-usage.js';
import { isFailureWord } from './finish-reasons.js';
import { objectsOf } from './objects-of.js';

const FIELD = 'data:';
const DONE = '[DONE]';
/** Longer events need not be compared with the terminal marker. */
const DONE_LENGTH_MAX = 24;
const ERROR_MESSAGE_LENGTH_MAX = 512;
const NO_MESSAGE = 'the provider reported an error';

/** Tells the few events that are worth parsing: they report usage, an end or an error. */
const WORTH_PARSING = /"(?:usage"\s*:\s*\{|finish_reason"\s*:\s*"[^"]|error"\s*:\s*[{"])/;
/** Content, reasoning, a refusal, a medium or a tool call. Quotes inside of strings are escaped, so no text looks so. */
const CARRIES_CONTENT =
  /"(?:content"\s*:\s*(?:"[^"]|\[\s*\{)|reasoning(?:_content)?"\s*:\s*"[^"]|refusal"\s*:\s*"[^"]|(?:tool_calls|reasoning_details|images)"\s*:\s*\[\s*\{|(?:audio|function_call)"\s*:\s*\{)/;

/** Options of a {@link ChatStreamTap}. */
export interface ChatStreamTapOptions {
  /** Withhold the usage-only chunk (`choices: []`), because it exists only since we asked for it. Default: false. */
  readonly withholdUsageChunk?: boolean;
  /** Tells the chunks that carry content, of a format that is chat's but for its deltas. Default: those of chat. */
  readonly carriesContent?: RegExp;
}

/**
 * Reads an OpenAI chat stream in passing.
 *
 * Most chunks are only searched for a few patterns; those that report usage, an end or an error are parsed. A chunk
 * that cannot be parsed goes on untouched. Source: OpenAI API reference, "Chat completion chunk object".
 */
export class ChatStreamTap extends StreamTap {
  private usage: Usage | undefined;
  private complete = false;
  private errorMessage: string | undefined;
  private deltas = 0;
  private readonly carriesContent: RegExp;

  constructor(private readonly options: ChatStreamTapOptions = {}) {
    super();
    this.carriesContent = options.carriesContent ?? CARRIES_CONTENT;
  }

  override get facts(): AnswerFacts {
    return { usage: this.usage, complete: this.complete, errorMessage: this.errorMessage, deltas: this.deltas };
  }

  override onEvent(event: Buffer): 'keep' | 'withhold' {
    // Byte by byte as Latin-1: what we look for is plain ASCII, and decoding UTF-8 costs more than the search.
    const text = event.toString('latin1');
    if (isOneDataLine(text)) return this.onData(text, FIELD);
    const data = readData(text);
    if (data === undefined) return 'keep';
    if (isNamedError(text)) this.errorMessage = readNamedError(data);
    return this.onData(data, '');
  }

  /** @param field What stands before the data; it is not cut off, because the usual chunk is only searched. */
  private onData(text: string, field: string): 'keep' | 'withhold' {
    if (text.length < DONE_LENGTH_MAX && text.slice(field.length).trim() === DONE) {
      this.complete = true;
      return 'keep';
    }
    if (this.carriesContent.test(text)) this.deltas += 1;
    return WORTH_PARSING.test(text) ? this.inspect(text.slice(field.length)) : 'keep';
  }

  private inspect(data: string): 'keep' | 'withhold' {
    const chunk = parseObject(Buffer.from(data, 'latin1').toString());
    if (chunk === undefined) return 'keep';
    if (chunk['error'] !== undefined && chunk['error'] !== null) {
      this.errorMessage = readErrorMessage(chunk['error']);
      return 'keep';
    }
    // Only now that it parsed: a chunk that was cut behind its finish reason never reached the client as one.
    for (const { finish_reason: word } of objectsOf(chunk['choices'])) {
      if (typeof word !== 'string' || word === '') continue;
      if (isFailureWord(word)) this.errorMessage = `the provider broke its answer off: ${word}`;
      else this.complete = true;
    }
    const usage = readChunkUsage(chunk);
    if (usage === undefined) return 'keep';
    this.usage = usage;
    const isUsageOnly = Array.isArray(chunk['choices']) && chunk['choices'].length === 0;
    return isUsageOnly && this.options.withholdUsageChunk === true ? 'withhold' : 'keep';
  }
}

/** The usual event: one `data` line and the blank line behind it. */
function isOneDataLine(event: string): boolean {
  if (!event.startsWith(FIELD)) return false;
  const lineFeed = event.indexOf('\n');
  return lineFeed === -1 || lineFeed >= event.length - 3;
}

/** The `data` of an event, its lines joined; undefined when it has none (a comment, a ping). */
function readData(event: string): string | undefined {
  let data: string | undefined;
  for (const line of event.split('\n')) {
    if (!line.startsWith('data:')) continue;
    const from = line.charCodeAt(5) === 0x20 ? 6 : 5;
    const value = line.endsWith('\r') ? line.slice(from, -1) : line.slice(from);
    data = data === undefined ? value : `${data}\n${value}`;
  }
  return data;
}

/** An event that is named an error is one, also when its data is not wrapped in `error`. */
function isNamedError(event: string): boolean {
  return /^event: ?error\r?$/m.test(event);
}

function readNamedError(data: string): string {
  return readErrorMessage(parseObject(Buffer.from(data, 'latin1').toString()) ?? data);
}

function readErrorMessage(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return (typeof message === 'string' ? message : NO_MESSAGE).slice(0, ERROR_MESSAGE_LENGTH_MAX);
}
