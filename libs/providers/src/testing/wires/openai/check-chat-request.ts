import type { JsonObject } from '../../../spec/json.js';
import { findPairingProblem, type Turn } from '../../model/conversation.js';
import { Complaint } from '../complaint.js';
import { isGiven } from '../parse-body.js';
import type { ChatBody } from './chat-schema.js';
import { offeredChoice, offeredTools } from './chat-tools.js';
import { strictSchemaProblem } from './strict-schema.js';

/** Checks what OpenAI checks beyond the shape of a chat completion. @throws Complaint */
export function checkChatRequest(body: ChatBody): void {
  checkCombinations(body);
  checkSchemas(body);
}

/** Checks that calls and results belong together. @throws Complaint */
export function checkChatPairing(turns: readonly Turn[]): void {
  const problem = findPairingProblem(turns);
  if (problem?.kind === 'unanswered-calls') {
    throw refuse(
      `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${problem.ids.join(', ')}`,
      'messages',
    );
  }
  if (problem?.kind === 'orphan-result') {
    throw refuse(
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
      'messages',
    );
  }
}

function refuse(message: string, field: string, code = 'invalid_value'): Complaint {
  return new Complaint(400, message, { field, code });
}

function checkCombinations(body: ChatBody): void {
  if (isGiven(body.max_tokens) && isGiven(body.max_completion_tokens)) {
    throw refuse("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", 'max_tokens');
  }
  if (isGiven(body.stream_options) && body.stream !== true) {
    throw refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  for (const field of ['parallel_tool_calls', 'tool_choice'] as const) {
    if (body[field] !== undefined && body.tools === undefined) {
      throw refuse(`Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`, field);
    }
  }
  if (isGiven(body.top_logprobs) && body.logprobs !== true) {
    throw refuse("'top_logprobs' is only allowed when 'logprobs' is enabled.", 'top_logprobs');
  }
  const choice = offeredChoice(body);
  if (typeof choice === 'object' && offeredTools(body).every(({ name }) => name !== choice.name)) {
    throw refuse(`Tool choice '${choice.name}' not found in 'tools' parameter.`, 'tool_choice');
  }
  if (body.response_format?.type === 'json_object' && !/json/i.test(JSON.stringify(body.messages))) {
    throw refuse(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
    );
  }
}

function checkSchemas(body: ChatBody): void {
  for (const [index, tool] of (body.tools ?? []).entries()) {
    if (tool.type !== 'function' || tool.function.strict !== true) continue;
    const problem = strictSchemaProblem(tool.function.parameters as JsonObject);
    if (problem === undefined) continue;
    const message = `Invalid schema for function '${tool.function.name}': ${problem}`;
    throw refuse(message, `tools[${index}].function.parameters`, 'invalid_function_parameters');
  }
  const format = body.response_format;
  if (format?.type !== 'json_schema' || format.json_schema.strict !== true) return;
  const problem = strictSchemaProblem(format.json_schema.schema as JsonObject);
  if (problem === undefined) return;
  throw refuse(`Invalid schema for response_format '${format.json_schema.name}': ${problem}`, 'response_format');
}
