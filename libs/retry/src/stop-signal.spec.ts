import { describe, expect, it } from 'vitest';
import { StopSource } from './stop-signal.js';

describe('a stop signal', () => {
  it('tells everybody who listens, once', () => {
    const source = new StopSource();
    const told: string[] = [];
    source.subscribe(() => told.push('a'));
    source.subscribe(() => told.push('b'));
    source.stop();
    source.stop();
    expect(told).toEqual(['a', 'b']);
    expect(source.aborted).toBe(true);
  });

  it('tells nobody who has stopped listening, or began when it was over', () => {
    const source = new StopSource();
    const told: string[] = [];
    const listener = (): void => void told.push('left');
    source.subscribe(listener);
    source.unsubscribe(listener);
    source.unsubscribe(listener);
    source.stop();
    source.subscribe(() => told.push('late'));
    expect(told).toEqual([]);
  });

  it('tells the others also when a listener stops listening meanwhile', () => {
    const source = new StopSource();
    const told: string[] = [];
    const first = (): void => {
      source.unsubscribe(first);
      told.push('first');
    };
    source.subscribe(first);
    source.subscribe(() => told.push('second'));
    source.stop();
    expect(told).toEqual(['first', 'second']);
  });
});
