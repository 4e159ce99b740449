import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SCENARIOS, type Scenario } from './scenarios.js';

/** What one run measures, and for how long. */
export interface LoadOptions {
  /** How often each proxy is measured in each scenario, in turn. Default 5. */
  readonly rounds: number;
  /** Length of one measurement. Default 5. */
  readonly durationSeconds: number;
  /** Load before the first measurement, per proxy and scenario: until the engine has optimized it. Default 6. */
  readonly warmUpSeconds: number;
  /** Connections that are kept busy. Default 50. */
  readonly connections: number;
  readonly scenarios: readonly Scenario[];
  /** Settings of the gateway that differ from those of the benchmark, to see what one of them costs. Default: none. */
  readonly gatewaySettings: Readonly<Record<string, string>>;
  /** Measure nothing; show where the gateway's time goes. */
  readonly profile: boolean;
}

/** A run must end within three minutes by default; this is the most that options can stretch it to, per measurement. */
const DURATION_SECONDS_MAX = 600;

const schema = z.strictObject({
  rounds: z.coerce.number().int().min(1).max(100).default(5),
  seconds: z.coerce.number().int().min(1).max(DURATION_SECONDS_MAX).default(5),
  'warm-up': z.coerce.number().int().min(1).max(DURATION_SECONDS_MAX).default(6),
  connections: z.coerce.number().int().min(1).max(1000).default(50),
  scenario: z.enum(['plain', 'stream']).optional(),
  set: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]*=/, 'must be NAME=value'))
    .max(50)
    .default([]),
  profile: z.boolean().default(false),
});

export const USAGE = `Usage: npm run bench:load -- [--rounds 5] [--seconds 5] [--warm-up 6] [--connections 50]
                            [--scenario plain|stream] [--set NAME=value]... [--profile]`;

/** @throws Error in words for the person at the keyboard, when an option is unknown or out of bounds. */
export function readLoadOptions(args: readonly string[]): LoadOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: text,
      seconds: text,
      'warm-up': text,
      connections: text,
      scenario: text,
      set: { type: 'string', multiple: true },
      profile: { type: 'boolean' },
    },
  });
  const parsed = schema.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${z.prettifyError(parsed.error)}\n${USAGE}`);
  const { rounds, seconds, connections, scenario, set, profile } = parsed.data;
  return {
    rounds,
    durationSeconds: seconds,
    warmUpSeconds: parsed.data['warm-up'],
    connections,
    scenarios: SCENARIOS.filter(({ name }) => scenario === undefined || name === scenario),
    gatewaySettings: Object.fromEntries(set.map((pair) => pair.split(/=(.*)/s, 2))),
    profile,
  };
}
