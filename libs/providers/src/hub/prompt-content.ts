import type { FunctionTool, Message, ModelRequest, Tool } from '../spec/model-request.js';
import type { AssistantPart, MediaPart, ToolResultPart, UserPart } from '../spec/part.js';

/** What of a request becomes input of the model. */
export interface PromptContent {
  /** Everything that is text to the model. */
  readonly texts: readonly string[];
  /** What media and the marks around messages and tools take, in tokens. */
  readonly otherTokens: number;
}

/** What vendors put around a message and around a tool; measured on short chats with OpenAI and Anthropic. */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_PER_TOOL = 8;
const TOKENS_OF_ANSWER_MARK = 3;

/** What a picture takes at most with Anthropic, and nearly so with OpenAI at high detail. */
const IMAGE_TOKENS = 1_600;
const DOCUMENT_BYTES_PER_TOKEN = 32;
/** A hundred pages, the most that vendors read. */
const DOCUMENT_TOKENS_MAX = 150_000;
/** 32 tokens for a second of 16 kB. */
const AUDIO_BYTES_PER_TOKEN = 500;
/** 258 tokens for a second of 250 kB. */
const VIDEO_BYTES_PER_TOKEN = 1_000;

/** Takes a request apart into what a tokenizer can count and what has to be guessed. */
export function promptContentOf({ messages, tools, parameters }: ModelRequest): PromptContent {
  const texts: string[] = [];
  let otherTokens = TOKENS_OF_ANSWER_MARK + messages.length * TOKENS_PER_MESSAGE + tools.length * TOKENS_PER_TOOL;
  for (const part of messages.flatMap(partsOf)) {
    if (part.kind === 'media') otherTokens += mediaTokens(part);
    else texts.push(...textsOf(part));
  }
  for (const message of messages) if ('name' in message && message.name !== undefined) texts.push(message.name);
  for (const tool of tools) texts.push(toolText(tool));
  if (parameters.outputFormat?.kind === 'json-schema') texts.push(JSON.stringify(parameters.outputFormat.schema));
  return { texts, otherTokens };
}

type Part = UserPart | AssistantPart | ToolResultPart;

/** The parts of a message, and those inside of what tools answered. */
function partsOf(message: Message): readonly Part[] {
  if (message.role !== 'tool') return message.parts;
  return message.parts.flatMap((part): readonly Part[] => [part, ...part.content]);
}

function textsOf(part: Exclude<Part, MediaPart>): readonly string[] {
  switch (part.kind) {
    case 'tool-call':
      return [part.callId, part.name, part.argumentsText];
    case 'tool-result':
      return [part.callId];
    case 'unknown':
      return [JSON.stringify(part.value)];
    default:
      return [part.text];
  }
}

function toolText(tool: Tool): string {
  return tool.kind === 'vendor' ? JSON.stringify(tool.value) : functionText(tool);
}

function functionText({ name, description, parameters }: FunctionTool): string {
  return [name, description, parameters && JSON.stringify(parameters)].join('\n');
}

/** A guess: how a vendor cuts media into tokens depends on what is in them. */
function mediaTokens({ medium, source }: MediaPart): number {
  if (medium === 'image' || source.kind !== 'data') return IMAGE_TOKENS;
  const bytes = (source.base64.length * 3) / 4;
  switch (medium) {
    case 'audio':
      return Math.ceil(bytes / AUDIO_BYTES_PER_TOKEN);
    case 'video':
      return Math.ceil(bytes / VIDEO_BYTES_PER_TOKEN);
    case 'document':
      return Math.min(Math.max(Math.ceil(bytes / DOCUMENT_BYTES_PER_TOKEN), IMAGE_TOKENS), DOCUMENT_TOKENS_MAX);
  }
}
