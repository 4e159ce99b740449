import { describe, expect, it } from 'vitest';
import { UNKNOWN_CAPABILITIES } from '../capabilities/model-capabilities.js';
import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { Message, ModelRequest, Tool } from '../spec/model-request.js';
import type { MediaPart } from '../spec/part.js';
import { missingCapability } from './missing-capability.js';

const TOOL: Tool = { kind: 'function', name: 'f' };

function asked(messages: readonly Message[], rest: Partial<ModelRequest> = {}): ModelRequest {
  return { streams: false, messages, tools: [], parameters: {}, unknownNames: [], ...rest };
}

function media(medium: MediaPart['medium']): MediaPart {
  return { kind: 'media', medium, source: { kind: 'url', url: 'https://example.com/x' } };
}

function knowing(known: Partial<ModelCapabilities>): ModelCapabilities {
  return { ...UNKNOWN_CAPABILITIES, ...known };
}

const HELLO = asked([{ role: 'user', parts: [{ kind: 'text', text: 'hello' }] }]);
const SHOWN = asked([{ role: 'user', parts: [media('image')] }]);

describe('missingCapability', () => {
  it('misses nothing in a model of which nothing is known', () => {
    expect(missingCapability({ ...SHOWN, tools: [TOOL] }, UNKNOWN_CAPABILITIES, 10_000_000)).toBeUndefined();
  });

  it('misses room for a prompt that is longer than the window, and not for one that fills it', () => {
    const small = knowing({ contextTokens: 1_000 });
    expect(missingCapability(HELLO, small, 1_001)).toBe('context-length');
    expect(missingCapability(HELLO, small, 1_000)).toBeUndefined();
  });

  it.each(['image', 'audio', 'video', 'document'] as const)('misses eyes or ears for %s', (medium) => {
    const request = asked([{ role: 'user', parts: [media(medium)] }]);
    expect(missingCapability(request, knowing({ input: [] }), 1)).toBe(`${medium}-input`);
    expect(missingCapability(request, knowing({ input: [medium] }), 1)).toBeUndefined();
  });

  it('looks at what tools answered, too', () => {
    const request = asked([{ role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', content: [media('image')] }] }]);
    expect(missingCapability(request, knowing({ input: ['document'] }), 1)).toBe('image-input');
  });

  it('misses tools only when they may be called', () => {
    const toolless = knowing({ tools: false });
    expect(missingCapability(asked([], { tools: [TOOL] }), toolless, 1)).toBe('tools');
    const forbidden = asked([], { tools: [TOOL], parameters: { toolChoice: { kind: 'none' } } });
    expect(missingCapability(forbidden, toolless, 1)).toBeUndefined();
  });
});
