/** Why the product cannot start: its message is one sentence for the person at the terminal and names the mend. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
