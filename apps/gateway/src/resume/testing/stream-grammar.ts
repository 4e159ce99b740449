import {
  anthropicMessagesProvider,
  AnswerCollector,
  geminiProvider,
  openAiChatProvider,
  openAiResponsesProvider,
  readSseFrame,
  type JsonObject,
  type ModelEvent,
  type ProviderCodec,
} from '#providers';
import { expect } from 'vitest';
import type { StreamedDialect } from '../../relay/testing/dialects.js';

interface Frame {
  readonly event: string | undefined;
  readonly data: string;
}

const PROVIDERS: Readonly<Record<StreamedDialect['name'], ProviderCodec>> = {
  'openai-chat': openAiChatProvider,
  'openai-responses': openAiResponsesProvider,
  'anthropic-messages': anthropicMessagesProvider,
  gemini: geminiProvider,
};

/** What a client makes of a stream: its events, and its text as far as it came. */
export function readStream({ name }: StreamedDialect, stream: string): { events: readonly ModelEvent[]; text: string } {
  const reader = PROVIDERS[name].createStreamReader();
  const collector = new AnswerCollector();
  const events = [...framesOf(stream).flatMap((frame) => reader.read(frame)), ...reader.end()];
  for (const event of events) collector.push(event);
  return { events, text: collector.partialText };
}

/** Fails unless a stream that is over obeys its dialect's grammar: one start, parts in order and whole, one end. */
export function expectGrammar({ name }: StreamedDialect, stream: string): void {
  const frames = framesOf(stream);
  switch (name) {
    case 'anthropic-messages':
      expectMessages(frames);
      return;
    case 'openai-responses':
      expectResponses(frames);
      return;
    case 'openai-chat':
      expectChat(frames);
      return;
    case 'gemini':
      expectGemini(frames);
  }
}

function framesOf(stream: string): readonly Frame[] {
  return stream
    .split(/(?<=\n\n)/)
    .filter((text) => text !== '')
    .map((text) => {
      expect(text).toMatch(/\n\n$/);
      const frame = readSseFrame(Buffer.from(text));
      if (frame === undefined) throw new Error(`not an event: ${text}`);
      return frame;
    });
}

function objects(frames: readonly Frame[]): readonly JsonObject[] {
  return frames.map(({ data }) => JSON.parse(data) as JsonObject);
}

function expectMessages(frames: readonly Frame[]): void {
  let open: number | undefined;
  let next = 0;
  const types = objects(frames).map((fields) => {
    const { type, index } = fields as { type: string; index?: number };
    if (type === 'content_block_start') {
      expect(open, 'no block begins in another').toBeUndefined();
      expect(index, 'blocks are numbered without a gap').toBe(next);
      open = index;
      next += 1;
    } else if (type === 'content_block_delta' || type === 'content_block_stop') {
      expect(index, 'a block is open').toBe(open);
      if (type === 'content_block_stop') open = undefined;
    }
    return type;
  });
  expect(open, 'every block ends').toBeUndefined();
  expect(types[0]).toBe('message_start');
  expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
  for (const once of ['message_start', 'message_stop']) expect(types.filter((type) => type === once)).toHaveLength(1);
}

function expectResponses(frames: readonly Frame[]): void {
  const events = objects(frames);
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index));
  const types = events.map((event) => String(event['type']));
  expect(types[0]).toBe('response.created');
  expect(types.at(-1)).toBe('response.completed');
  expect(types.filter((type) => /^response\.(created|completed)$/.test(type))).toHaveLength(2);
  const indexesOf = (type: string): readonly unknown[] =>
    events.filter((event) => event['type'] === type).map((event) => event['output_index']);
  const added = indexesOf('response.output_item.added');
  expect(added).toEqual(added.map((_, index) => index));
  expect([...indexesOf('response.output_item.done')].sort()).toEqual(added);
  expect(events.at(-1)).toHaveProperty('response.output.length', added.length);
}

function expectChat(frames: readonly Frame[]): void {
  expect(frames.at(-1)?.data).toBe('[DONE]');
  const chunks = objects(frames.slice(0, -1));
  const choices = chunks.flatMap((chunk) => chunk['choices'] as readonly JsonObject[]);
  expect(new Set(chunks.map((chunk) => chunk['id'])).size, 'all chunks are of one answer').toBe(1);
  expect(choices.filter((choice) => typeof choice['finish_reason'] === 'string')).toHaveLength(1);
  const roles = choices.filter((choice) => (choice['delta'] as JsonObject)['role'] !== undefined);
  expect(roles).toEqual(choices.slice(0, 1));
}

function expectGemini(frames: readonly Frame[]): void {
  const candidates = objects(frames).flatMap((chunk) => (chunk['candidates'] ?? []) as readonly JsonObject[]);
  const finishes = candidates.map((candidate) => candidate['finishReason'] !== undefined);
  expect(finishes.filter(Boolean)).toHaveLength(1);
  expect(finishes.at(-1)).toBe(true);
}
