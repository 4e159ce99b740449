import { describe, expect, it } from 'vitest';

import { isFloatingName } from './floating-name.js';

describe('isFloatingName', () => {
  it.each([
    'latest',
    'openai/latest',
    'openai/Latest',
    'openrouter/openai/latest',
    'gpt-*',
    '*',
    'openai/*',
    'openai/',
  ])('%s could be another model tomorrow', (name) => expect(isFloatingName(name)).toBe(true));

  it.each(['gpt-5', 'openai/gpt-5', 'chatgpt-4o-latest', 'meta-llama/Llama-3.3-70B', 'llama3:latest', 'latest-1'])(
    '%s is a model',
    (name) => expect(isFloatingName(name)).toBe(false),
  );
});
