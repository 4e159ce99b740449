import { asList } from '../../../json/read-json.js';
import type { Json, JsonObject } from '../../../spec/json.js';
import type { Conversation } from '../../model/conversation.js';
import type { Call } from '../call.js';
import { isGiven, parseBody, parseValue } from '../parse-body.js';
import { checkResponsesItems, checkResponsesRequest, refuse } from './check-responses-request.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import type { ResponseStore } from './response-store.js';
import { inputItemsSchema, responsesSchema, type InputItem, type ResponsesBody } from './responses-schema.js';
import { offeredChoice, offeredTools } from './responses-tools.js';
import { systemTextsOf, turnsOf } from './responses-turns.js';

/** Reads and checks a response as OpenAI does. @throws Complaint */
export function readResponsesRequest(call: Call, store: ResponseStore): Conversation {
  const body = parseBody(responsesSchema, call, OPENAI_VENDOR);
  checkResponsesRequest(body);
  const earlier = parseValue(inputItemsSchema, contextOf(body.previous_response_id, store), OPENAI_VENDOR);
  const items = [...earlier, ...inputOf(body)];
  const turns = turnsOf(items);
  checkResponsesItems(items, turns);
  const cacheKey = body.prompt_cache_key ?? (call.body.includes('"prompt_cache_breakpoint"') ? '' : undefined);
  return {
    systemText: [body.instructions ?? '', ...systemTextsOf(items)].filter((text) => text !== '').join('\n'),
    turns,
    tools: offeredTools(body),
    toolChoice: offeredChoice(body),
    parallelCalls: body.parallel_tool_calls !== false,
    outputSchema: outputSchemaOf(body),
    thinking: thinkingOf(body),
    stop: [],
    outputTokensMax: body.max_output_tokens ?? undefined,
    cache: cacheKey === undefined ? undefined : '5m',
  };
}

/** Everything that was said up to a stored response. */
function contextOf(id: string | null | undefined, store: ResponseStore): readonly Json[] {
  if (!isGiven(id)) return [];
  const stored = store.find(id);
  if (stored !== undefined) return stored.context;
  throw refuse(`Previous response with id '${id}' not found.`, 'previous_response_id', 'previous_response_not_found');
}

/** The items of an input as JSON; a text is one message. */
export function inputItemsOf(input: Json | undefined): readonly Json[] {
  return asList(input) ?? [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input ?? '' }] }];
}

function inputOf({ input }: ResponsesBody): readonly InputItem[] {
  if (input === undefined) throw OPENAI_VENDOR.bodyComplaint(['input'], { kind: 'missing' });
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input;
}

function outputSchemaOf({ text }: ResponsesBody): Conversation['outputSchema'] {
  switch (text?.format?.type) {
    case 'json_object':
      return 'any';
    case 'json_schema':
      return text.format.schema as JsonObject;
    default:
      return undefined;
  }
}

/** Without a summary nothing of the reasoning is shown. */
function thinkingOf({ reasoning }: ResponsesBody): Conversation['thinking'] {
  if (!isGiven(reasoning) || reasoning.effort === 'none') return 'none';
  if (isGiven(reasoning.summary ?? reasoning.generate_summary)) return 'shown';
  return isGiven(reasoning.effort) ? 'hidden' : 'none';
}
