import { describe, expect, it } from 'vitest';
import type { WriteContext } from '../../spec/codec.js';
import { AnswerUnreadableError, RequestUnreadableError } from '../../spec/loss-report.js';
import type { ModelCapabilities } from '../../spec/model-capabilities.js';
import {
  readCountTokensAnswer,
  readCountTokensRequest,
  writeCountTokensAnswer,
  writeCountTokensRequest,
} from './count-tokens.js';

const CONTENTS = [{ role: 'user', parts: [{ text: 'hi' }] }];

describe('counting tokens with Gemini', () => {
  it('takes contents alone or a whole request', () => {
    const message = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };
    expect(readCountTokensRequest({ contents: CONTENTS }).messages).toEqual([message]);
    const generateContentRequest = { model: 'models/x', contents: CONTENTS, systemInstruction: 'be brief' };
    for (const body of [{ generateContentRequest }, { generate_content_request: generateContentRequest }]) {
      expect(readCountTokensRequest(body).messages).toEqual([
        { role: 'system', parts: [{ kind: 'text', text: 'be brief' }] },
        message,
      ]);
    }
    expect(() => readCountTokensRequest({})).toThrow(RequestUnreadableError);
  });

  it('asks each of the two platforms in its own way', () => {
    const request = readCountTokensRequest({
      contents: CONTENTS,
      systemInstruction: 'be brief',
      safetySettings: [{ category: 'c' }],
    });
    const context: WriteContext = {
      model: 'gemini-2.5-pro',
      stateFamily: 'gemini',
      capabilities: {} as ModelCapabilities,
      losses: { drop: () => undefined },
    };
    const systemInstruction = { parts: [{ text: 'be brief' }] };
    expect(writeCountTokensRequest(request, context)).toEqual({
      generateContentRequest: {
        model: 'models/gemini-2.5-pro',
        contents: CONTENTS,
        systemInstruction,
        safetySettings: [{ category: 'c' }],
      },
    });
    expect(writeCountTokensRequest(request, context, 'vertex')).toEqual({ contents: CONTENTS, systemInstruction });
  });

  it('answers with a number', () => {
    expect(readCountTokensAnswer({ totalTokens: 7, cachedContentTokenCount: 1 })).toBe(7);
    expect(writeCountTokensAnswer(7)).toEqual({ totalTokens: 7 });
    for (const body of [{}, { totalTokens: '7' }, { totalTokens: -1 }]) {
      expect(() => readCountTokensAnswer(body)).toThrow(AnswerUnreadableError);
    }
  });
});
