import type { WalkEvent } from '#retry';
import { describe, expect, it } from 'vitest';
import { anAttempt } from '../exchange/testing/an-exchange.js';
import type { Candidate } from '../routing/candidate.js';
import { bundleWith, planOf } from '../routing/testing/plan-fixtures.js';
import { attemptsHeader } from './attempts-header.js';

const bundle = bundleWith([
  { id: 'mp_secret_1', type: 'openai', models: ['m'] },
  { id: 'mp_secret_2', type: 'groq', models: ['m'] },
]);
const candidates = planOf(bundle, 'm').candidates;

function candidateAt(index: number): Candidate {
  const candidate = candidates[index];
  if (candidate === undefined) throw new Error('there are two candidates');
  return candidate;
}

function step(index: number, members: Partial<WalkEvent<Candidate>> = {}): WalkEvent<Candidate> {
  const kind = 'timeout_headers' as const;
  return { reason: 'timeout', kind, candidate: candidateAt(index), index, startedMs: 0, durationMs: 12.6, ...members };
}

describe('the header of attempts', () => {
  it('tells each step with its outcome and time, skipped candidates without, and who answers', () => {
    const steps = [step(0), step(0, { kind: undefined, reason: 'circuit_open' })];
    expect(attemptsHeader(steps, anAttempt(candidateAt(1), 1))).toBe(
      'openai;timeout_headers;13, openai;circuit_open, groq;success',
    );
  });

  it('is one word for an answer at the first attempt, and nothing before there was any', () => {
    expect(attemptsHeader([], anAttempt(candidateAt(0)))).toBe('openai;success');
    expect(attemptsHeader([])).toBe('');
  });

  it('names no credential', () => {
    expect(attemptsHeader([step(0), step(1)], anAttempt(candidateAt(1)))).not.toContain('secret');
  });

  it('names the last sixteen steps of a long walk', () => {
    const steps = Array.from({ length: 40 }, (_, index) => step(0, { durationMs: index }));
    const words = attemptsHeader(steps).split(', ');
    expect(words).toHaveLength(16);
    expect(words.at(-1)).toBe('openai;timeout_headers;39');
  });
});
