import { describe, expect, it } from 'vitest';
import { OpenAdmits } from './open-admits.js';

describe('open admits', () => {
  it('tell the file that a closed request was the last one of, and only that', () => {
    const open = new OpenAdmits();
    open.add('r1', 4, 'line 1');
    open.add('r2', 4, 'line 2');
    open.add('r3', 5, 'line 3');
    expect(open.close('r1')).toEqual({ ordinal: 4, wasLast: false });
    expect(open.in(4)).toEqual(['line 2']);
    expect(open.close('r2')).toEqual({ ordinal: 4, wasLast: true });
    expect(open.close('r2'), 'a second outcome changes nothing').toBeUndefined();
    expect(open.close('unknown')).toBeUndefined();
    expect([open.lines(), open.size]).toEqual([['line 3'], 1]);
  });

  it('know a request by the newest file that holds it', () => {
    const open = new OpenAdmits();
    open.add('r1', 1, 'line');
    open.add('r1', 2, 'line');
    expect([open.in(1), open.in(2), open.size]).toEqual([[], ['line'], 1]);
    expect(open.close('r1')).toEqual({ ordinal: 2, wasLast: true });
  });
});
