import { parseArgs } from 'node:util';
import { z } from 'zod';

/** What a run looks at. */
export const CHAOS_SUBJECTS = ['faults', 'flood', 'revocation', 'bootstrap'] as const;
export type ChaosSubject = (typeof CHAOS_SUBJECTS)[number];

/** What one run does, and how hard. */
export interface ChaosOptions {
  readonly subject: ChaosSubject;
  /** How long each fault lasts; a recovery follows. Default 10. */
  readonly phaseSeconds: number;
  /** Warm requests per second over all gateways. Default 300 for the faults, and 100 beside anything else. */
  readonly requestsPerSecond: number;
  /** Unknown keys per second over all gateways, with `--flood`. Default 200. */
  readonly unknownKeysPerSecond: number;
  /** How long the flood lasts. Default 30. */
  readonly floodSeconds: number;
  /** Keys revoked one after another, with `--revocation`, once with and once without waiting. Default 100. */
  readonly revocations: number;
  /** Keys that are loaded before the start, with `--bootstrap`. Default 50,000. */
  readonly bootstrapKeys: number;
  /** Whether the measured table replaces the one in `docs/operations/failure-modes.md`. Default false. */
  readonly write: boolean;
}

/** Warm requests per second when they are what is looked at, and when something else is. */
const FAULTS_RATE = 300;
const BESIDE_RATE = 100;

const count = (min: number, max: number, byDefault: number) =>
  z.coerce.number().int().min(min).max(max).default(byDefault);

const schema = z.strictObject({
  flood: z.boolean().default(false),
  revocation: z.boolean().default(false),
  bootstrap: z.boolean().default(false),
  write: z.boolean().default(false),
  'phase-seconds': count(1, 60, 10),
  rate: z.coerce.number().int().min(1).max(2000).optional(),
  'unknown-rate': count(1, 5000, 200),
  'flood-seconds': count(1, 300, 30),
  revocations: count(1, 1000, 100),
  keys: count(1, 50_000, 50_000),
});

/** How the command is used. */
export const CHAOS_USAGE = `Usage: npm run chaos -- [--flood | --revocation | --bootstrap] [--write]
                        [--rate 300|100] [--phase-seconds 10] [--unknown-rate 200] [--flood-seconds 30]
                        [--revocations 100] [--keys 50000]`;

/** @throws Error in words for the person at the keyboard, when an option is unknown or out of bounds. */
export function readChaosOptions(args: readonly string[]): ChaosOptions {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      flood: flag,
      revocation: flag,
      bootstrap: flag,
      write: flag,
      'phase-seconds': text,
      rate: text,
      'unknown-rate': text,
      'flood-seconds': text,
      revocations: text,
      keys: text,
    },
  });
  const parsed = schema.safeParse({ ...values });
  if (!parsed.success) throw new Error(`${z.prettifyError(parsed.error)}\n${CHAOS_USAGE}`);
  const given = parsed.data;
  const subject = subjectOf(given);
  return {
    subject,
    phaseSeconds: given['phase-seconds'],
    requestsPerSecond: given.rate ?? (subject === 'faults' ? FAULTS_RATE : BESIDE_RATE),
    unknownKeysPerSecond: given['unknown-rate'],
    floodSeconds: given['flood-seconds'],
    revocations: given.revocations,
    bootstrapKeys: given.keys,
    write: given.write,
  };
}

function subjectOf(given: Readonly<Record<'flood' | 'revocation' | 'bootstrap', boolean>>): ChaosSubject {
  const chosen = (['flood', 'revocation', 'bootstrap'] as const).filter((subject) => given[subject]);
  if (chosen.length > 1) throw new Error(`Choose one of --${chosen.join(', --')}.\n${CHAOS_USAGE}`);
  return chosen[0] ?? 'faults';
}
