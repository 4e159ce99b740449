import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JSON_DEPTH_MAX, JsonScanError, scanTopLevel } from './scan-top-level.js';
import { splice } from './splice.js';

const WANTED = new Set(['model', 'stream']);

function memberText(text: string, name: string): string | undefined {
  const document = Buffer.from(text);
  const member = scanTopLevel(document, WANTED).members.get(name);
  return member && document.toString('utf8', member.value.start, member.value.end);
}

function reasonOf(text: string): string | undefined {
  try {
    scanTopLevel(Buffer.from(text), WANTED);
    return undefined;
  } catch (error) {
    return error instanceof JsonScanError ? error.reason : String(error);
  }
}

describe('scanTopLevel', () => {
  it('finds the same members as JSON.parse in any object, however it is spaced', () => {
    const objects = fc.dictionary(fc.constantFrom('model', 'stream', 'messages', 'a"b', 'ü\\'), fc.jsonValue());
    fc.assert(
      fc.property(objects, fc.constantFrom(undefined, 1, '\t'), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const parsed = JSON.parse(text) as Record<string, unknown>;
        for (const name of WANTED) {
          const found = memberText(text, name);
          expect(found === undefined ? undefined : JSON.parse(found)).toEqual(parsed[name]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not mistake nested members or string contents for top-level members', () => {
    expect(memberText('{"a":{"model":"x"},"b":"\\"model\\":1","c":["}",{"model":2}]}', 'model')).toBeUndefined();
  });

  it('reads escaped names, so that a check cannot be passed by spelling', () => {
    expect(memberText('{"mod\\u0065l":"gpt"}', 'model')).toBe('"gpt"');
  });

  it('refuses a wanted member that is said twice, also by spelling', () => {
    expect(reasonOf('{"model":"a","mod\\u0065l":"b"}')).toBe('duplicate_member');
    expect(reasonOf('{"other":1,"other":2}')).toBeUndefined();
  });

  it.each(['[]', '"text"', '', '  ', 'null'])('refuses %j as not an object', (text) => {
    expect(reasonOf(text)).toBe('not_an_object');
  });

  it.each([
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":1}x',
    '{"a":"b}',
    '{"a":[1,2}',
    '{a:1}',
    '{"a":}',
  ])('refuses %j as malformed or leaves it to the provider, and never hangs', (text) => {
    expect([undefined, 'malformed']).toContain(reasonOf(text));
  });

  it('refuses every proper prefix of a document, so that a truncated one is never taken for whole', () => {
    const text = '{"model":"m","messages":[{"content":"\\"}\\\\"}],"n":1.5e3}';
    for (let length = 0; length < text.length; length += 1) {
      expect(reasonOf(text.slice(0, length)), `first ${length} bytes`).toBeDefined();
    }
    expect(reasonOf(text)).toBeUndefined();
  });

  it('refuses nesting beyond the limit instead of following it', () => {
    const deep = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(reasonOf(deep(JSON_DEPTH_MAX))).toBeUndefined();
    expect(reasonOf(deep(JSON_DEPTH_MAX + 1))).toBe('too_deep');
  });

  it('never throws anything but JsonScanError on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          scanTopLevel(Buffer.from(bytes), WANTED);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonScanError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('splice', () => {
  it('returns the same buffer when nothing is replaced', () => {
    const document = Buffer.from('{}');
    expect(splice(document, [])).toBe(document);
  });

  it('replaces ranges in any order and keeps every other byte', () => {
    const document = Buffer.from('{"a":1,"ü":2}');
    const edits = [
      { span: { start: 5, end: 6 }, replacement: '"one"' },
      { span: { start: 1, end: 1 }, replacement: '"new":0,' },
    ];
    expect(splice(document, edits).toString()).toBe('{"new":0,"a":"one","ü":2}');
  });
});
