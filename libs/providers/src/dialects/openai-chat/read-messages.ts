import { asList, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { Message, ToolMessage, UserMessage } from '../../spec/model-request.js';
import { readAssistantMessage } from './read-assistant-message.js';
import { readCacheMark } from './read-cache-mark.js';
import { readTextContent, readToolContent, readUserContent } from './read-content.js';
import { StrictMembers } from './strict-members.js';

const ROLE_PROBLEM = 'must be one of system, developer, user, assistant, tool';

/**
 * Reads `messages`. Answers of tools that follow one another become one message, as the hub has it.
 *
 * @param audioFormat What `audio.format` of the request says, for spoken answers that the client sends back.
 * @throws RequestUnreadableError for what OpenAI would refuse, and for messages of functions, its predecessor of tools.
 */
export function readMessages(value: Json | undefined, audioFormat: string | undefined): readonly Message[] {
  const list = asList(value);
  if (list === undefined || list.length === 0) {
    throw new RequestUnreadableError('messages', 'must be a list that is not empty');
  }
  const messages: Message[] = [];
  for (const [index, item] of list.entries()) {
    const message = readMessage(item, `messages.${index}`, audioFormat);
    const last = messages.at(-1);
    if (message.role === 'tool' && last?.role === 'tool') {
      messages[messages.length - 1] = { role: 'tool', parts: [...last.parts, ...message.parts] };
    } else {
      messages.push(message);
    }
  }
  return messages;
}

function readMessage(value: Json, path: string, audioFormat: string | undefined): Message {
  const fields = asObject(value);
  if (fields === undefined) throw new RequestUnreadableError(path, 'must be an object');
  switch (asString(fields['role'])) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: readTextContent(fields['content'], `${path}.content`) };
    case 'user':
      return readUserMessage(fields, path);
    case 'assistant':
      return readAssistantMessage(fields, path, audioFormat);
    case 'tool':
      return readToolMessage(fields, path);
    case 'function':
      throw new RequestUnreadableError(`${path}.role`, 'is "function", which is deprecated; use "tool"');
    default:
      throw new RequestUnreadableError(`${path}.role`, ROLE_PROBLEM);
  }
}

function readUserMessage(fields: JsonObject, path: string): UserMessage {
  return compact({
    role: 'user' as const,
    parts: readUserContent(fields['content'], `${path}.content`),
    name: new StrictMembers(fields, path).string('name'),
  });
}

function readToolMessage(fields: JsonObject, path: string): ToolMessage {
  const message = new StrictMembers(fields, path);
  const result = compact({
    kind: 'tool-result' as const,
    callId: message.requiredString('tool_call_id'),
    name: message.string('name'),
    content: readToolContent(fields['content'], `${path}.content`),
    cacheMark: readCacheMark(fields),
  });
  return { role: 'tool', parts: [result] };
}
