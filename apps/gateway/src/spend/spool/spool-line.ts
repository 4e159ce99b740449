import type { SpendRecord } from '#gateway-protocol';
import { z } from 'zod';

/** The part of a spool line that recovery and reports need; the rest is carried untouched. */
const spoolLineSchema = z.object({
  command: z.enum(['admitSpend', 'confirmSpend', 'failSpend']),
  payload: z.looseObject({ gateway_request_id: z.string(), project_id: z.string() }),
  pod_seq: z.int().nonnegative(),
});

/** What a spool line says about itself. */
export type SpoolLine = z.output<typeof spoolLineSchema>;

/** Writes `record` as one line of a spool file, without the line end. */
export function encodeSpoolLine(record: SpendRecord): string {
  return JSON.stringify(record);
}

/** Reads one line. `undefined`: it is not a record, for instance because a crash of the machine cut it. */
export function parseSpoolLine(text: string): SpoolLine | undefined {
  try {
    return spoolLineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * Splits the content of a spool file into its whole lines, unparsed.
 *
 * A last line without its line end was cut by a crash before {@link encodeSpoolLine}'s caller returned: it is left out,
 * and so is a line that is visibly no object. Everything else goes to the control plane, which judges it.
 */
export function wholeLines(content: string): string[] {
  const lines = content.split('\n');
  lines.pop();
  return lines.filter((line) => line.startsWith('{') && line.endsWith('}'));
}
