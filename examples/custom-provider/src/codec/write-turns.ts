import {
  UnsupportedFieldError,
  parseObject,
  type AssistantPart,
  type JsonObject,
  type MediaPart,
  type Message,
  type ToolResultPart,
  type UserPart,
  type WriteContext,
} from 'ai-gateway-providers';

/** Writes the turns of a conversation; instructions have a place of their own in Acme's request. */
export function writeTurns(messages: readonly Message[], context: WriteContext): readonly JsonObject[] {
  return messages.flatMap((message): readonly JsonObject[] => {
    switch (message.role) {
      case 'system':
        return [];
      case 'user':
        return [{ speaker: 'human', pieces: message.parts.map((part) => writeUserPart(part, context)) }];
      case 'assistant':
        return [{ speaker: 'acme', pieces: message.parts.flatMap((part) => writeAssistantPart(part, context)) }];
      case 'tool':
        return [{ speaker: 'abilities', pieces: message.parts.map((part) => writeOutcome(part, context)) }];
    }
  });
}

function writeUserPart(part: UserPart, context: WriteContext): JsonObject {
  noteCacheMark(part, context);
  switch (part.kind) {
    case 'text':
      return { say: part.text };
    case 'media':
      return writePicture(part, context);
    case 'unknown':
      throw new UnsupportedFieldError('messages.content', `Acme has nothing like a "${part.type}"`);
  }
}

function writeAssistantPart(part: AssistantPart, context: WriteContext): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [{ say: part.text }];
    case 'tool-call':
      return [{ invoke: { ticket: part.callId, title: part.name, input: parseObject(part.argumentsText) ?? {} } }];
    case 'reasoning':
      context.losses.drop('reasoning', 'Acme does not take reasoning back');
      return [];
    case 'media':
    case 'unknown':
      throw new UnsupportedFieldError('messages.content', 'Acme takes text and tool calls of its own turns only');
  }
}

function writeOutcome({ callId, content, isError }: ToolResultPart, context: WriteContext): JsonObject {
  const texts = content.map((part) => {
    noteCacheMark(part, context);
    if (part.kind === 'text') return part.text;
    throw new UnsupportedFieldError('messages.content', 'Acme takes results of tools as text only');
  });
  return { outcome: { ticket: callId, text: texts.join('\n'), failed: isError === true } };
}

function writePicture({ medium, source }: MediaPart, { capabilities }: WriteContext): JsonObject {
  if (medium !== 'image' || capabilities.input?.includes('image') === false) {
    throw new UnsupportedFieldError('messages.content', `this model reads nothing like an ${medium}`);
  }
  switch (source.kind) {
    case 'data':
      return { picture: { type: source.mediaType, data: source.base64 } };
    case 'url':
      return { picture: { link: source.url } };
    case 'file':
      throw new UnsupportedFieldError('messages.content', 'Acme has no files that were uploaded before');
  }
}

function noteCacheMark(part: UserPart, { losses }: WriteContext): void {
  if (part.kind !== 'unknown' && part.cacheMark !== undefined) losses.drop('cache_control', 'Acme caches by itself');
}
