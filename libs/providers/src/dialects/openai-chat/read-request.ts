import { asObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest } from '../../spec/model-request.js';
import { KNOWN_NAMES } from './known-names.js';
import { readMessages } from './read-messages.js';
import { readParameters } from './read-parameters.js';
import { readTools } from './read-tools.js';
import { StrictMembers } from './strict-members.js';
import { isTruthy } from '../../json/is-truthy.js';
import { unknownNames } from './unknown-names.js';

/**
 * Reads a chat request into no vendor's words.
 *
 * @throws RequestUnreadableError for a body that OpenAI would refuse.
 */
export function readRequest(body: JsonObject): ModelRequest {
  return {
    streams: isTruthy(body['stream']),
    messages: readMessages(body['messages'], asString(asObject(body['audio'])?.['format'])),
    tools: readTools(new StrictMembers(body)),
    parameters: readParameters(body),
    unknownNames: unknownNames(body, KNOWN_NAMES),
  };
}
