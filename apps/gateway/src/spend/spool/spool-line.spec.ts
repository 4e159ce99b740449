import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admitOf } from '../testing/spend-fixtures.js';
import { encodeSpoolLine, parseSpoolLine, wholeLines } from './spool-line.js';

function line(id: string, sequence = 0): string {
  return encodeSpoolLine({ command: 'admitSpend', payload: admitOf(id), pod_id: 'gw-a', pod_seq: sequence });
}

/** What JSON escapes, what line splitters mistake for a line end, what UTF-8 spells in several bytes. */
const awkward = fc.constantFrom('a', '{', '}', '"', '\\', '\n', '\r', '\u2028', '\u0000', 'é', '😀', '\ud800');

describe('a spool file', () => {
  it('that is cut at any byte yields exactly the lines before the cut', () => {
    const lines = [line('r1'), line('r2 é\n"', 1), line('r3', 2)];
    const content = Buffer.from(lines.map((each) => `${each}\n`).join(''));
    const ends = lines.map((_, index) => Buffer.from(`${lines.slice(0, index + 1).join('\n')}\n`).length);
    for (let cut = 0; cut <= content.length; cut += 1) {
      const whole = ends.filter((end) => end <= cut).length;
      expect(wholeLines(content.subarray(0, cut).toString())).toEqual(lines.slice(0, whole));
    }
  });

  it('that starts a line anew after a half one loses only the half one', () => {
    expect(wholeLines(`${line('r1')}\n{"command":"adm\n${line('r2')}\n`)).toEqual([line('r1'), line('r2')]);
  });

  it('gives back any payload unchanged', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: awkward }), fc.nat(), (id, sequence) => {
        const [text = ''] = wholeLines(`${line(id, sequence)}\n`);
        const read = parseSpoolLine(text);
        expect([read?.payload, read?.pod_seq, read?.command]).toEqual([admitOf(id), sequence, 'admitSpend']);
      }),
    );
  });

  it('is read past what is no record', () => {
    for (const text of ['', '{}', 'null', '{"command":"other","payload":{},"pod_seq":1}', '{"command"']) {
      expect(parseSpoolLine(text)).toBeUndefined();
    }
  });
});
