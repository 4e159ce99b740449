import { describe, expect, it } from 'vitest';
import { holdsElement } from './holds-element.js';
import { scanTopLevel } from './scan-top-level.js';

const holds = (text: string): boolean => {
  const document = Buffer.from(text);
  return holdsElement(document, scanTopLevel(document, new Set(['list'])).members.get('list'));
};

describe('holdsElement', () => {
  it.each(['{"list":[0]}', '{"list": [ \r\n\t {} ] }', '{"list":[[]]}', '{"list":[""]}'])('is true of %j', (text) => {
    expect(holds(text)).toBe(true);
  });

  it.each(['{"list":[]}', '{"list": [ \r\n\t ] }', '{}', '{"list":null}', '{"list":{"a":1}}', '{"list":"[1]"}'])(
    'is false of %j',
    (text) => {
      expect(holds(text)).toBe(false);
    },
  );
});
