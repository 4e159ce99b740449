import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { ModelRequest, Parameters } from '../../spec/model-request.js';
import { writeMessages } from './write-messages.js';
import { writeParameters } from './write-parameters.js';
import { writeToolChoice, writeTools, writeWebSearch } from './write-tools.js';

/**
 * Writes a chat request.
 *
 * @throws UnsupportedFieldError when leaving something out would change what the request means.
 */
export function writeRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const { parameters, streams } = request;
  assertCarriable(parameters);
  const tools = writeTools(request.tools, context);
  return compact({
    model: context.model,
    messages: writeMessages(request.messages, context),
    ...writeToolMembers(tools, parameters),
    web_search_options: writeWebSearch(request.tools),
    ...writeParameters(parameters, context),
    stream: streams ? true : undefined,
    stream_options: streams ? { include_usage: true } : undefined,
  });
}

/** Both are refused by OpenAI in a request that offers no tools. */
function writeToolMembers(tools: readonly JsonObject[], parameters: Parameters): JsonObject {
  if (tools.length === 0) return {};
  const { toolChoice, parallelToolCalls } = parameters;
  return compact({
    tools,
    tool_choice: toolChoice === undefined ? undefined : writeToolChoice(toolChoice, tools),
    parallel_tool_calls: parallelToolCalls,
  });
}

function assertCarriable({ previousResponseId, functions }: Parameters): void {
  if (previousResponseId !== undefined) {
    throw new UnsupportedFieldError('previous_response_id', 'chat does not store answers to go on from');
  }
  if (functions !== undefined) throw new UnsupportedFieldError('functions', 'it is deprecated; use "tools"');
}
