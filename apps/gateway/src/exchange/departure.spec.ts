import { describe, expect, it } from 'vitest';
import { Departure } from './departure.js';

describe('Departure', () => {
  it('tells each listener once, and nobody who has unsubscribed or comes late', () => {
    const departure = new Departure();
    const told: string[] = [];
    const second = (): void => void told.push('second');
    departure.subscribe(() => told.push('first'));
    departure.subscribe(second);
    departure.unsubscribe(second);
    departure.announce();
    departure.announce();
    departure.subscribe(() => told.push('late'));
    expect({ told, aborted: departure.aborted }).toEqual({ told: ['first'], aborted: true });
  });

  it('survives a listener that unsubscribes another while it is told', () => {
    const departure = new Departure();
    const told: string[] = [];
    const second = (): void => void told.push('second');
    departure.subscribe(() => departure.unsubscribe(second));
    departure.subscribe(second);
    departure.announce();
    expect(told).toEqual(['second']);
  });
});
