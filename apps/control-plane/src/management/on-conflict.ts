import type { ApiError } from '../errors/api-error.js';

/** PostgreSQL's code for a violated unique index. */
const UNIQUE_VIOLATION = '23505';

/**
 * Runs `work` and answers a violation of one of the named unique indexes with its refusal.
 *
 * The index decides, not a look-up before the insert: between the two another request could take the name.
 */
export async function refuseOnConflict<Result>(
  refusals: Readonly<Record<string, () => ApiError>>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusals[violatedIndex(error) ?? ''];
    throw refusal === undefined ? error : refusal();
  }
}

function violatedIndex(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== UNIQUE_VIOLATION) return undefined;
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
}
