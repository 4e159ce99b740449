import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { Fields } from './fields.js';
import { isTruthy } from '../../json/is-truthy.js';
import { readMessages, readSystem } from './read-messages.js';
import { readParameters } from './read-parameters.js';
import { readTools } from './read-tools.js';

const READ_NAMES: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'tools',
  'tool_choice',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'metadata',
  'service_tier',
  'thinking',
  'output_config',
  'output_format',
  // Addressed to the gateway.
  'drop_tuning_params',
]);

/**
 * Reads a Messages request.
 *
 * `unknownNames` also names members inside of known ones that only Anthropic understands, such as
 * `tools.input_examples`, so that a client learns of them when another provider answers.
 *
 * @throws RequestUnreadableError for a body that Anthropic itself would refuse, but for a missing `max_tokens`.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const fields = Fields.ofBody(body);
  const unread = new Set(fields.names().filter((name) => !READ_NAMES.has(name)));
  return {
    streams: isTruthy(body['stream']),
    messages: [...readSystem(fields), ...readMessages(fields, unread)],
    tools: readTools(fields, unread),
    parameters: readParameters(fields, unread),
    unknownNames: [...unread],
  };
}
