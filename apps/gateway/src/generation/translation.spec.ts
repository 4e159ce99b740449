import {
  UNKNOWN_CAPABILITIES,
  anthropicMessagesInbound,
  anthropicMessagesProvider,
  capabilitiesOf,
  openAiChatInbound,
  type JsonObject,
} from '#providers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import {
  parseBody,
  readModelRequest,
  translateRequest,
  type Translation,
  type TranslationInput,
} from './translation.js';

const MESSAGES = [{ role: 'user', content: 'hi' }];

function translate(members: JsonObject, change: Partial<TranslationInput> = {}): Translation {
  const body = Buffer.from(JSON.stringify({ model: 'any', messages: MESSAGES, ...members }));
  return translateRequest({
    request: readModelRequest(openAiChatInbound, body),
    inbound: openAiChatInbound,
    provider: anthropicMessagesProvider,
    model: 'claude-sonnet-4-5',
    family: 'anthropic',
    stateFamily: 'anthropic',
    capabilities: capabilitiesOf('claude-sonnet-4-5', 'anthropic'),
    strict: false,
    ...change,
  });
}

function refusalOf(action: () => unknown): GatewayError {
  try {
    action();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a request that is translated', () => {
  it('is asked in the provider’s words, for the provider’s model', () => {
    const { body, droppedFields } = translate({ max_tokens: 9, temperature: 0.5 });
    expect(JSON.parse(body.toString())).toMatchObject({ model: 'claude-sonnet-4-5', max_tokens: 9, temperature: 0.5 });
    expect(droppedFields).toEqual([]);
  });

  it('leaves out what only tunes, and names it as the client did, sorted', () => {
    const { body, droppedFields } = translate({ seed: 7, logit_bias: { '1': 2 }, presence_penalty: 1 });
    expect(droppedFields).toEqual(['logit_bias', 'presence_penalty', 'seed']);
    for (const field of droppedFields) expect(body.toString()).not.toContain(field);
  });

  it('is refused where leaving a part of it out would change what it means', () => {
    const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
    const refusal = refusalOf(() => translate({ messages: [{ role: 'user', content: [audio] }] }));
    expect(refusal.code).toBe('unsupported_parameter');
    expect(refusal.message).toContain('cannot be carried to the model "claude-sonnet-4-5" of anthropic');
    expect(refusal.message).not.toContain('strict');
    expect(refusal.detail.meta).toMatchObject({ param: expect.stringContaining('messages') as unknown });
  });
});

describe('a strict request', () => {
  it('goes through when nothing of it is lost', () => {
    expect(translate({ max_tokens: 9 }, { strict: true }).droppedFields).toEqual([]);
  });

  it.each([{ seed: 7 }, { logit_bias: { '1': 2 } }, { presence_penalty: 1 }])(
    'is refused for %j, which is named',
    (members) => {
      const [field = ''] = Object.keys(members);
      const refusal = refusalOf(() => translate(members, { strict: true }));
      expect(refusal).toMatchObject({ code: 'unsupported_parameter', detail: { meta: { param: field } } });
      expect(refusal.message).toContain('The request is strict, so nothing may be left out.');
    },
  );

  it('is refused for what only the writer finds out', () => {
    const marked = [{ role: 'user', content: [{ type: 'text', text: 'hi' }], name: 'bob' }];
    const lax = translate({ messages: marked });
    expect(lax.droppedFields).toHaveLength(1);
    expect(refusalOf(() => translate({ messages: marked }, { strict: true })).detail.meta).toMatchObject({
      param: lax.droppedFields[0],
    });
  });
});

describe('a body that the dialect itself would refuse', () => {
  it('is refused with the place and the problem', () => {
    const body = Buffer.from('{"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}');
    const refusal = refusalOf(() => readModelRequest(openAiChatInbound, body));
    expect(refusal).toMatchObject({
      code: 'bad_request',
      detail: { meta: { param: expect.stringContaining('messages.0.content.0') as unknown } },
    });
  });

  it('is refused as no JSON when it is none, without a word of it', () => {
    const refusal = refusalOf(() => parseBody(Buffer.from('{"secret": ')));
    expect(refusal).toMatchObject({ code: 'bad_request', message: 'The request body is not valid JSON.' });
  });

  it('never makes anything but a refusal, whatever it holds', () => {
    const values = fc.json().map((json) => `{"model":"m","max_tokens":1,"messages":${json}}`);
    fc.assert(
      fc.property(fc.oneof(values, fc.json(), fc.string()), fc.boolean(), (text, strict) => {
        fc.pre(text.trimStart().startsWith('{'));
        try {
          translate(
            {},
            {
              request: readModelRequest(anthropicMessagesInbound, Buffer.from(text)),
              inbound: anthropicMessagesInbound,
              strict,
              capabilities: UNKNOWN_CAPABILITIES,
            },
          );
        } catch (error) {
          expect(error).toBeInstanceOf(GatewayError);
        }
      }),
    );
  });
});
