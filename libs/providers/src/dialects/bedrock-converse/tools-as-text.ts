import type { AssistantPart, TextPart, ToolCallPart, ToolResultPart, UserPart } from '../../spec/part.js';
import type { Message } from '../../spec/model-request.js';

/** True when a conversation holds calls of tools or their results. */
export function hasToolParts(messages: readonly Message[]): boolean {
  return messages.some(
    ({ role, parts }) => role === 'tool' || (role === 'assistant' && parts.some(({ kind }) => kind === 'tool-call')),
  );
}

/**
 * The conversation with calls of tools, and their results, told in words.
 *
 * Converse refuses tool blocks without a list of tools, and with a list the model may call one. So where the client
 * offers none (any more), or forbids them by `tool_choice: none`, this is the way in which the model knows what
 * happened and still cannot call anything.
 */
export function tellToolsInWords(messages: readonly Message[]): readonly Message[] {
  const names = new Map<string, string>();
  return messages.map((message): Message => {
    if (message.role === 'assistant') {
      return {
        ...message,
        parts: message.parts.map((part) => (part.kind === 'tool-call' ? tellCall(part, names) : part)),
      };
    }
    if (message.role !== 'tool') return message;
    return { role: 'user', parts: message.parts.flatMap((part) => tellResult(part, names)) };
  });
}

function tellCall({ callId, name, argumentsText, cacheMark }: ToolCallPart, names: Map<string, string>): AssistantPart {
  names.set(callId, name);
  return withMark({ kind: 'text', text: `[Called the tool ${name} with ${argumentsText.trim() || '{}'}]` }, cacheMark);
}

function tellResult(part: ToolResultPart, names: ReadonlyMap<string, string>): readonly UserPart[] {
  const name = part.name ?? names.get(part.callId) ?? part.callId;
  const texts = part.content.filter((inner) => inner.kind === 'text').map(({ text }) => text);
  const media = part.content.filter((inner) => inner.kind === 'media');
  const verb = part.isError === true ? 'failed' : 'answered';
  const told = withMark({ kind: 'text', text: `[The tool ${name} ${verb}: ${texts.join('\n')}]` }, part.cacheMark);
  return [...media, told];
}

function withMark(part: TextPart, cacheMark: TextPart['cacheMark']): TextPart {
  return cacheMark === undefined ? part : { ...part, cacheMark };
}
