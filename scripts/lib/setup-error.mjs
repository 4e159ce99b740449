/** Why the set-up cannot go on: one sentence for the person at the terminal that names the mend. */
export class SetupError extends Error {}

/** Runs `main` and ends the process with its exit code; a {@link SetupError} becomes its one sentence and code 1. */
export async function runOrExplain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
