/** One guarantee, for any test runner: `for (const { name, run } of adapterContract(…)) test(name, run)`. */
export interface ContractCase {
  /** The guarantee, as a sentence. */
  readonly name: string;
  /** Rejects with a {@link ContractViolation} when the guarantee does not hold. */
  run(): Promise<void>;
}

/** A guarantee that does not hold; its message says where and how. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/** A case of a check that may be asynchronous. Whatever the adapter throws is a violation as well. */
export function contractCase(name: string, check: () => void | Promise<void>): ContractCase {
  const run = async (): Promise<void> => {
    try {
      await check();
    } catch (cause) {
      if (cause instanceof ContractViolation) throw cause;
      throw new ContractViolation(`it throws ${String(cause)}`, { cause });
    }
  };
  return { name, run };
}

/** @throws ContractViolation with `problem` unless `holds`. */
export function ensure(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new ContractViolation(problem);
}

/** @throws ContractViolation when the two differ, as JSON tells them. */
export function ensureSame(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  ensure(left === right, `${what}: ${shorten(left)} is not ${shorten(right)}`);
}

/** An error's name, whatever it is. */
export function nameOfError(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

const SHOWN_CHARACTERS_MAX = 600;

function shorten(text: string | undefined): string {
  if (text === undefined || text.length <= SHOWN_CHARACTERS_MAX) return String(text);
  return `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}
