import { asList } from '../../../json/read-json.js';
import type { Json, JsonObject } from '../../../spec/json.js';
import {
  appendTurn,
  findPairingProblem,
  type Conversation,
  type OfferedChoice,
  type ReceivedMedium,
  type Turn,
} from '../../model/conversation.js';
import { isIssuedBy } from '../../model/issued-state.js';
import { THOUGHT_MARK } from '../../model/scripted-model.js';
import type { Call } from '../call.js';
import { Complaint } from '../complaint.js';
import { isGiven, parseBody, parseValue } from '../parse-body.js';
import { base64Medium, dataUriMedium, referredMedium } from '../received-media.js';
import { OPENAI_VENDOR } from './openai-vendor.js';
import type { ResponseStore } from './response-store.js';
import {
  inputItemsSchema,
  responsesSchema,
  type InputContent,
  type InputItem,
  type ResponsesBody,
} from './responses-schema.js';
import { strictSchemaProblem } from './strict-schema.js';

/** Reads and checks a response as OpenAI does. @throws Complaint */
export function readResponsesRequest(call: Call, store: ResponseStore): Conversation {
  const body = parseBody(responsesSchema, call, OPENAI_VENDOR);
  checkCombinations(body);
  checkSchemas(body);
  const earlier = parseValue(inputItemsSchema, contextOf(body.previous_response_id, store), OPENAI_VENDOR);
  const items = [...earlier, ...inputOf(body)];
  checkReasoning(items);
  const turns: Turn[] = [];
  for (const [index, item] of items.entries()) addItem(turns, item, index);
  checkPairing(turns);
  const systemItems = items
    .filter(isMessage)
    .filter(isSystem)
    .map(({ content }) => textOfContent(content));
  const cacheKey = body.prompt_cache_key ?? (call.body.includes('"prompt_cache_breakpoint"') ? '' : undefined);
  return {
    systemText: [body.instructions ?? '', ...systemItems].filter((text) => text !== '').join('\n'),
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

function refuse(message: string, field: string, code = 'invalid_value'): Complaint {
  return new Complaint(400, message, { field, code });
}

function inputOf({ input }: ResponsesBody): readonly InputItem[] {
  if (input === undefined) throw OPENAI_VENDOR.bodyComplaint(['input'], { kind: 'missing' });
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input;
}

function checkCombinations(body: ResponsesBody): void {
  if (body.background === true && body.store === false) {
    throw refuse('Background mode requires store=true.', 'background');
  }
  const choice = offeredChoice(body);
  if (typeof choice === 'object' && !offeredTools(body).some(({ name }) => name === choice.name)) {
    throw refuse(`Tool choice '${choice.name}' not found in 'tools' parameter.`, 'tool_choice');
  }
}

function checkSchemas({ tools = [], text }: ResponsesBody): void {
  for (const [index, tool] of tools.entries()) {
    if (tool.type !== 'function' || tool.strict !== true) continue;
    const problem = strictSchemaProblem(tool.parameters as JsonObject);
    if (problem === undefined) continue;
    const field = `tools[${index}].parameters`;
    throw refuse(
      `Invalid schema for function '${String(tool.name)}': ${problem}`,
      field,
      'invalid_function_parameters',
    );
  }
  const format = text?.format;
  if (format?.type !== 'json_schema' || format.strict !== true) return;
  const problem = strictSchemaProblem(format.schema as JsonObject);
  if (problem !== undefined)
    throw refuse(`Invalid schema for response_format '${format.name}': ${problem}`, 'text.format.schema');
}

/** What was encrypted must be ours, and a call that came with reasoning is not given back by its id without it. */
function checkReasoning(items: readonly InputItem[]): void {
  for (const [index, item] of items.entries()) {
    if (item.type === 'reasoning') {
      const content = item.encrypted_content;
      if (typeof content === 'string' && !isIssuedBy('openai', content)) {
        const message = `The encrypted content for item ${String(item.id)} could not be verified.`;
        throw refuse(message, `input[${index}]`, 'invalid_encrypted_content');
      }
    }
    if (item.type !== 'function_call' || typeof item.id !== 'string' || !item.id.includes(THOUGHT_MARK)) continue;
    if (items.slice(0, index).some(({ type }) => type === 'reasoning')) continue;
    throw refuse(
      `Item '${item.id}' of type 'function_call' was provided without its required 'reasoning' item.`,
      'input',
    );
  }
}

function checkPairing(turns: readonly Turn[]): void {
  const problem = findPairingProblem(turns);
  if (problem?.kind === 'unanswered-calls') {
    throw refuse(`No tool output found for function call ${problem.ids[0]}.`, 'input');
  }
  if (problem?.kind === 'orphan-result') {
    throw refuse(`No tool call found for function call output with call_id ${problem.id}.`, 'input');
  }
}

type MessageItem = Extract<InputItem, { role: string }>;

function isMessage(item: InputItem): item is MessageItem {
  return item.type === undefined || item.type === 'message';
}

function isSystem({ role }: MessageItem): boolean {
  return role === 'system' || role === 'developer';
}

function textOfContent(content: MessageItem['content']): string {
  if (typeof content === 'string') return content;
  return content.map((part) => ('text' in part ? part.text : '')).join('');
}

function addItem(turns: Turn[], item: InputItem, index: number): void {
  if (isMessage(item)) {
    if (isSystem(item)) return;
    const text = textOfContent(item.content);
    if (item.role === 'assistant') return appendTurn(turns, { role: 'assistant', text, toolCalls: [] });
    return appendTurn(turns, { role: 'user', text, media: mediaOf(item.content, index) });
  }
  switch (item.type) {
    case 'function_call':
    case 'custom_tool_call': {
      const argumentsText = String(item.type === 'function_call' ? item.arguments : item.input);
      return addCall(turns, { id: String(item.call_id), name: String(item.name), argumentsText });
    }
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const output = item.output as string | readonly InputContent[];
      const text = textOfContent(output as MessageItem['content']);
      const result = { id: String(item.call_id), text, media: mediaOf(output, index), isError: false };
      return appendTurn(turns, { role: 'tool', results: [result] });
    }
    default:
  }
}

/** Calls that follow each other, or a text of the model, are one turn. */
function addCall(turns: Turn[], call: Extract<Turn, { role: 'assistant' }>['toolCalls'][number]): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return appendTurn(turns, { role: 'assistant', text: '', toolCalls: [call] });
  turns[turns.length - 1] = { ...last, toolCalls: [...last.toolCalls, call] };
}

function mediaOf(content: string | readonly InputContent[], index: number): ReceivedMedium[] {
  if (typeof content === 'string') return [];
  return content.flatMap((part, at) => {
    if (part.type !== 'input_image' && part.type !== 'input_file' && part.type !== 'input_audio') return [];
    const medium = mediumOf(part);
    if (medium !== undefined) return [medium];
    throw OPENAI_VENDOR.bodyComplaint(['input', index, 'content', at], { kind: 'invalid', problem: 'no valid data' });
  });
}

function mediumOf(
  part: Extract<InputContent, { type: `input_${'image' | 'file' | 'audio'}` }>,
): ReceivedMedium | undefined {
  if (part.type === 'input_audio') return base64Medium(`audio/${part.input_audio.format}`, part.input_audio.data);
  const kind = part.type === 'input_image' ? 'image' : 'file';
  const url = part.type === 'input_image' ? part.image_url : (part.file_data ?? part.file_url);
  if (isGiven(url)) return url.startsWith('data:') ? dataUriMedium(url) : referredMedium(kind, url);
  return isGiven(part.file_id) ? referredMedium(kind, part.file_id) : undefined;
}

function offeredTools({ tools = [] }: ResponsesBody): Conversation['tools'] {
  return tools.flatMap((tool) => {
    if (tool.type === 'custom') return [{ name: String(tool.name), schema: undefined, freeText: true }];
    if (tool.type !== 'function') return [];
    return [{ name: String(tool.name), schema: (tool.parameters ?? undefined) as JsonObject | undefined }];
  });
}

function offeredChoice({ tool_choice: choice }: ResponsesBody): OfferedChoice {
  if (choice === undefined || typeof choice === 'string') return choice ?? 'auto';
  if (choice.type === 'function' || choice.type === 'custom') return { name: String(choice.name) };
  return choice.type === 'allowed_tools' && choice.mode === 'required' ? 'required' : 'auto';
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
