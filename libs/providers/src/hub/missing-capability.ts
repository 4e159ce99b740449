import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { Message, ModelRequest } from '../spec/model-request.js';
import type { MediaPart } from '../spec/part.js';

/** Something that a request needs and a model cannot. */
export type MissingCapability = 'context-length' | 'tools' | `${MediaPart['medium']}-input`;

/**
 * What `request` needs that the model is known not to have; undefined when nothing is known to be missing.
 *
 * @param estimatedInputTokens Compared with the whole context window: whether a provider refuses an output cap that does
 *   not fit beside the prompt differs from one to the next.
 */
export function missingCapability(
  request: ModelRequest,
  capabilities: ModelCapabilities,
  estimatedInputTokens: number,
): MissingCapability | undefined {
  const { contextTokens, input, tools } = capabilities;
  if (contextTokens !== undefined && estimatedInputTokens > contextTokens) return 'context-length';
  if (tools === false && needsTools(request)) return 'tools';
  if (input === undefined) return undefined;
  const unread = request.messages.flatMap(mediaOf).find((medium) => !input.includes(medium));
  return unread === undefined ? undefined : `${unread}-input`;
}

/** Tools that may not be called are no need. */
function needsTools({ tools, parameters }: ModelRequest): boolean {
  return tools.length > 0 && parameters.toolChoice?.kind !== 'none';
}

/** The media of a message, also those that a tool answered or the model made. */
function mediaOf(message: Message): readonly MediaPart['medium'][] {
  if (message.role === 'system') return [];
  const parts = message.role === 'tool' ? message.parts.flatMap(({ content }) => content) : message.parts;
  return parts.flatMap((part) => (part.kind === 'media' ? [part.medium] : []));
}
