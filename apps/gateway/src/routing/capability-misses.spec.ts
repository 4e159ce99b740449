import { openAiChatInbound, type JsonObject } from '#providers';
import { describe, expect, it } from 'vitest';
import { readModelRequest } from '../generation/translation.js';
import type { ReadableRequest } from './capability-misses.js';
import { bundleWith, places, planOf, policy, target } from './testing/plan-fixtures.js';

/** A request whose readings are counted. */
function readable(body: JsonObject | string): ReadableRequest & { readonly readings: () => number } {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  let readings = 0;
  const read = (): ReturnType<ReadableRequest['read']> => {
    readings += 1;
    try {
      return readModelRequest(openAiChatInbound, bytes);
    } catch {
      return undefined;
    }
  };
  return { body: bytes, read, readings: () => readings };
}

const ask = (content: string | readonly JsonObject[], members: JsonObject = {}): JsonObject => ({
  model: 'any',
  messages: [{ role: 'user', content }],
  ...members,
});

/** Reads text only, 8,192 tokens of it. */
const SMALL = 'gpt-4';
/** Calls no tools. */
const TOOLLESS = 'o1-mini';
/** Reads images and documents, 128,000 tokens. */
const ABLE = 'gpt-4o';
const UNKNOWN = 'our-own-model';

const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } };
const TOOLS = { tools: [{ type: 'function', function: { name: 'look', parameters: {} } }] };

/** The models of a policy that are tried for a request, in order, and why the others are not. */
function tried(models: readonly string[], request: ReadableRequest): { models: readonly string[]; why: string[] } {
  const targets = models.map((model) => target('openai', { model }));
  const bundle = bundleWith([{ id: 'openai', type: 'openai' }], policy({ targets }));
  const plan = planOf(bundle, 'any', { request });
  const why = plan.decisions.filter(({ planned }) => !planned).map(({ model, reason }) => `${model}: ${reason}`);
  return { models: places(plan).map((place) => place.slice('openai/'.length)), why };
}

describe('a model that surely cannot serve a request', () => {
  it.each([
    ['an image', IMAGE, 'it reads no images'],
    ['audio', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, 'it reads no audio'],
    ['a document', { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } }, 'it reads no documents'],
    ['a video', { type: 'video_url', video_url: { url: 'https://example.com/cat' } }, 'it reads no video'],
  ])('is skipped for %s', (_, part, reason) => {
    const request = readable(ask([part]));
    expect(tried([SMALL, UNKNOWN], request)).toEqual({ models: [UNKNOWN], why: [`${SMALL}: ${reason}`] });
  });

  it('is skipped for tools, unless none of them may be called', () => {
    expect(tried([TOOLLESS, ABLE], readable(ask('hi', TOOLS)))).toEqual({
      models: [ABLE],
      why: [`${TOOLLESS}: it calls no tools`],
    });
    const unused = readable(ask('hi', { ...TOOLS, tool_choice: 'none' }));
    expect(tried([TOOLLESS, ABLE], unused).models).toEqual([TOOLLESS, ABLE]);
  });

  it('is skipped for a text that is longer than its window at eight bytes for a token', () => {
    const fits = readable(ask('x'.repeat(8 * 8_192)));
    const tooLong = readable(ask('x'.repeat(8 * 8_193)));
    expect(tried([SMALL, ABLE], fits).models).toEqual([SMALL, ABLE]);
    expect(tried([SMALL, ABLE], tooLong)).toEqual({
      models: [ABLE],
      why: [`${SMALL}: the request is longer than its context window`],
    });
  });

  it('is not skipped for words of a text that only speak of media', () => {
    const request = readable(ask('write a tool that turns an image and an audio file into a document'));
    expect(tried([SMALL, ABLE], request).models).toEqual([SMALL, ABLE]);
  });
});

describe('a request that nobody can serve', () => {
  it('keeps all its candidates, because the provider says better what is wrong', () => {
    const { models } = tried([SMALL, 'gpt-3.5-turbo'], readable(ask([IMAGE])));
    expect(models).toEqual([SMALL, 'gpt-3.5-turbo']);
  });
});

describe('a body', () => {
  it.each([
    ['when nothing is known of the models', [UNKNOWN, 'another'], readable(ask([IMAGE], TOOLS))],
    ['when the models can do everything that its words hint at', [ABLE, 'gpt-5'], readable(ask('hi', TOOLS))],
    ['when none of its words hint at anything', [SMALL, TOOLLESS], readable(ask('hi'))],
    ['when there is only one candidate', [SMALL], readable(ask([IMAGE]))],
  ])('is not read %s', (_, models, request) => {
    expect(tried(models, request).models).toEqual(models);
    expect(request.readings()).toBe(0);
  });

  it('that cannot be read leaves everybody in', () => {
    const request = readable('{"messages":[{"role":"user","content":[{"type":"image_url"');
    expect(tried([SMALL, ABLE], request).models).toEqual([SMALL, ABLE]);
    expect(request.readings()).toBeGreaterThan(0);
  });
});
