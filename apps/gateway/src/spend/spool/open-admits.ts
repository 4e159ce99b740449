/**
 * The admits on disk whose outcome is not: which file each is in, so that no file goes while it holds one.
 *
 * Bounded by the number of requests that the gateway serves at once.
 */
export class OpenAdmits {
  private readonly ordinalOf = new Map<string, number>();
  private readonly linesOf = new Map<number, Map<string, string>>();

  get size(): number {
    return this.ordinalOf.size;
  }

  /** Notes that the admit of `requestId` is in the file `ordinal`, as `line`. */
  add(requestId: string, ordinal: number, line: string): void {
    this.close(requestId);
    this.ordinalOf.set(requestId, ordinal);
    const lines = this.linesOf.get(ordinal) ?? new Map<string, string>();
    this.linesOf.set(ordinal, lines.set(requestId, line));
  }

  /**
   * Notes that the outcome is on disk.
   *
   * @returns The file that held the admit and whether it was the last open one there; `undefined` when none was open.
   */
  close(requestId: string): { readonly ordinal: number; readonly wasLast: boolean } | undefined {
    const ordinal = this.ordinalOf.get(requestId);
    if (ordinal === undefined) return undefined;
    this.ordinalOf.delete(requestId);
    const lines = this.linesOf.get(ordinal);
    lines?.delete(requestId);
    const wasLast = lines === undefined || lines.size === 0;
    if (wasLast) this.linesOf.delete(ordinal);
    return { ordinal, wasLast };
  }

  /** The lines of the open admits in file `ordinal`. */
  in(ordinal: number): string[] {
    return [...(this.linesOf.get(ordinal)?.values() ?? [])];
  }

  /** Every open admit, oldest file first. */
  lines(): string[] {
    return [...this.linesOf.keys()].sort((left, right) => left - right).flatMap((ordinal) => this.in(ordinal));
  }
}
