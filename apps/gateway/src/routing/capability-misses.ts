import { missingCapability, type ModelCapabilities, type ModelRequest } from '#providers';
import type { Candidate } from './candidate.js';
import { candidateCapabilities } from './model-traits.js';

/** The request, as planning may look at it. */
export interface ReadableRequest {
  /** The client's body. */
  readonly body: Buffer;
  /** The request in no vendor's words; undefined when it cannot be read. */
  read(): ModelRequest | undefined;
}

/** Bytes of text that make at least one token, so that a request that surely does not fit is told apart. */
const BYTES_PER_TOKEN_MAX = 8;

/** Words of which at least one stands in a body that holds a medium or a tool, in whatever dialect. */
const MEDIA_WORDS = ['image', 'audio', 'video', 'document', 'inline', 'file'];
const TOOLS_WORD = 'tools';

/** Images, audio, video and documents: a model that reads all of them lacks none. */
const MEDIA_KINDS = 4;

const SENTENCES = {
  'context-length': 'the request is longer than its context window',
  'image-input': 'it reads no images',
  'audio-input': 'it reads no audio',
  'document-input': 'it reads no documents',
  'video-input': 'it reads no video',
  tools: 'it calls no tools',
} as const;

/**
 * Why a candidate surely cannot serve a request that another may serve; undefined when it may, or when nobody knows.
 *
 * The request is read only when its bytes say that the model may lack something.
 */
export function missedCapability(candidate: Candidate, request: ReadableRequest | undefined): string | undefined {
  if (request === undefined) return undefined;
  const capabilities = candidateCapabilities(candidate);
  if (!mayLackSomething(capabilities, request.body)) return undefined;
  const read = request.read();
  if (read === undefined) return undefined;
  const missing = missingCapability(read, capabilities, tokensAtLeast(read));
  return missing === undefined ? undefined : SENTENCES[missing];
}

function mayLackSomething({ contextTokens, input, tools }: ModelCapabilities, body: Buffer): boolean {
  if (contextTokens !== undefined && body.length > contextTokens) return true;
  if (tools === false && body.includes(TOOLS_WORD)) return true;
  return input !== undefined && input.length < MEDIA_KINDS && MEDIA_WORDS.some((word) => body.includes(word));
}

/** A number of tokens that the text of a request has at the very least; media are not counted. */
function tokensAtLeast({ messages }: ModelRequest): number {
  let bytes = 0;
  for (const { parts } of messages) {
    for (const part of parts) {
      if ('text' in part) bytes += part.text.length;
    }
  }
  return Math.floor(bytes / BYTES_PER_TOKEN_MAX);
}
