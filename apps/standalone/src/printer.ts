/** Where everything that the person at the terminal reads is written. */
export class Printer {
  constructor(private readonly write: (text: string) => void) {}

  /** One line. */
  say(line = ''): void {
    this.write(`${line}\n`);
  }

  /** Names and values in two columns. */
  table(rows: readonly (readonly [name: string, value: string])[]): void {
    const width = Math.max(...rows.map(([name]) => name.length));
    for (const [name, value] of rows) this.say(`  ${name.padEnd(width)}  ${value}`);
  }
}
