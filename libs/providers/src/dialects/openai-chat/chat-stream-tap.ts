import { StreamTap, type AnswerFacts } from '../../spec/answer-tap.js';
import type { Usage } from '../../spec/usage.js';
import { readChatUsage } from './chat-usage.js';

const DONE = '[DONE]';
const ERROR_MESSAGE_LENGTH_MAX = 512;

/** Cheap tests on an event's text that tell which few events are worth parsing. */
const REPORTS_USAGE = /"usage"\s*:\s*\{/;
const REPORTS_FINISH = /"finish_reason"\s*:\s*"/;
const MAY_REPORT_ERROR = /"error"\s*:\s*[{"]/;

/** Options of a {@link ChatStreamTap}. */
export interface ChatStreamTapOptions {
  /** Withhold the usage-only chunk (`choices: []`), because it exists only since we asked for it. Default: false. */
  readonly withholdUsageChunk?: boolean;
}

/**
 * Reads an OpenAI chat stream in passing.
 *
 * Most chunks are only searched for a few byte patterns; those that report usage, an end or an error are parsed. A
 * chunk that cannot be parsed goes on untouched. Source: OpenAI API reference, "Chat completion chunk object".
 */
export class ChatStreamTap extends StreamTap {
  private usage: Usage | undefined;
  private complete = false;
  private errorMessage: string | undefined;
  private deltas = 0;

  constructor(private readonly options: ChatStreamTapOptions = {}) {
    super();
  }

  override get facts(): AnswerFacts {
    return { usage: this.usage, complete: this.complete, errorMessage: this.errorMessage, deltas: this.deltas };
  }

  override onEvent(event: Buffer): 'keep' | 'withhold' {
    const payload = readData(event.toString('latin1'));
    if (payload === undefined) return 'keep';
    if (payload === DONE) {
      this.complete = true;
      return 'keep';
    }
    this.deltas += 1;
    const reportsUsage = REPORTS_USAGE.test(payload);
    const reportsFinish = REPORTS_FINISH.test(payload);
    if (!reportsUsage && !reportsFinish && !MAY_REPORT_ERROR.test(payload)) return 'keep';
    return this.inspect(payload, { reportsUsage, reportsFinish });
  }

  private inspect(
    payload: string,
    { reportsUsage, reportsFinish }: { readonly reportsUsage: boolean; readonly reportsFinish: boolean },
  ): 'keep' | 'withhold' {
    // The text was read byte by byte as Latin-1; what we look for in it are numbers, keys and a message.
    const chunk = parseObject(Buffer.from(payload, 'latin1').toString());
    if (chunk === undefined) return 'keep';
    if (chunk['error'] !== undefined && chunk['error'] !== null) {
      this.errorMessage = readErrorMessage(chunk['error']);
      return 'keep';
    }
    // Only now that it parsed: a chunk that was cut behind its finish reason never reached the client as one.
    this.complete ||= reportsFinish;
    if (!reportsUsage) return 'keep';
    const usage = readChatUsage(chunk['usage']);
    if (usage === undefined) return 'keep';
    this.usage = usage;
    const isUsageOnly = Array.isArray(chunk['choices']) && chunk['choices'].length === 0;
    if (!isUsageOnly) return 'keep';
    this.deltas -= 1;
    return this.options.withholdUsageChunk === true ? 'withhold' : 'keep';
  }
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

function readErrorMessage(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return (typeof message === 'string' ? message : 'the provider reported an error').slice(0, ERROR_MESSAGE_LENGTH_MAX);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
