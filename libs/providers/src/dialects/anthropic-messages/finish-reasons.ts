import { asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish, FinishReason } from '../../spec/model-answer.js';

const CONTEXT_WINDOW_EXCEEDED = 'model_context_window_exceeded';

const REASON_OF: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  [CONTEXT_WINDOW_EXCEEDED, 'length'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  // The vendor has shortened the conversation and waits to be asked to go on with it.
  ['compaction', 'pause'],
  ['refusal', 'refusal'],
]);

/** Reads `stop_reason` and `stop_sequence` of a message or of the delta that ends it. */
export function readFinish(fields: JsonObject): Finish {
  const raw = asString(fields['stop_reason']);
  const stopSequence = asString(fields['stop_sequence']);
  return {
    reason: (raw === undefined ? undefined : REASON_OF.get(raw)) ?? 'other',
    ...(raw === undefined ? {} : { raw }),
    ...(stopSequence === undefined ? {} : { stopSequence }),
  };
}

/** What of an answer decides how its end is called. */
export interface WrittenContent {
  readonly hasToolUse: boolean;
  readonly hasRefusal: boolean;
}

/** The members that say why a message ended. */
export interface WrittenFinish {
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
}

/**
 * Writes why a message ended. A client waits for results exactly if tools are called: an answer with tool calls that just
 * stops ends with `tool_use`, one without does not, whatever the vendor said.
 */
export function writeFinish(finish: Finish, { hasToolUse, hasRefusal }: WrittenContent): WrittenFinish {
  const withoutTools = hasRefusal ? 'refusal' : 'end_turn';
  switch (finish.reason) {
    case 'length':
      return end(finish.raw === CONTEXT_WINDOW_EXCEEDED ? CONTEXT_WINDOW_EXCEEDED : 'max_tokens');
    case 'pause':
      return end('pause_turn');
    case 'content-filter':
    case 'refusal':
      return end('refusal');
    case 'stop':
      if (finish.stopSequence !== undefined) {
        return { stop_reason: 'stop_sequence', stop_sequence: finish.stopSequence };
      }
      return end(hasToolUse ? 'tool_use' : withoutTools);
    case 'tool-calls':
    case 'other':
      return end(hasToolUse ? 'tool_use' : withoutTools);
    default:
      return finish.reason satisfies never;
  }
}

function end(reason: string): WrittenFinish {
  return { stop_reason: reason, stop_sequence: null };
}
