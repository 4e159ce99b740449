import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { writeInput } from './write-input.js';
import { writeParameters } from './write-parameters.js';
import { writeToolChoice } from './write-tool-choice.js';
import { writeTools } from './write-tools.js';

/**
 * Writes a request to a provider that speaks OpenAI Responses.
 *
 * @throws UnsupportedFieldError when leaving something out would change what the request means.
 */
export function writeRequest(request: ModelRequest, context: WriteContext): JsonObject {
  const { toolChoice } = request.parameters;
  const { instructions, input } = writeInput(request.messages, context);
  const tools = writeTools(request, context);
  return compact({
    model: context.model,
    instructions,
    input,
    tools: tools.length === 0 ? undefined : tools,
    tool_choice: toolChoice === undefined ? undefined : writeToolChoice(toolChoice, request.tools),
    ...writeParameters(request.parameters, context),
    stream: request.streams ? true : undefined,
  });
}
