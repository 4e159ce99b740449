import { z } from 'zod';

const LEVEL_NAMES: Readonly<Record<number, string>> = { 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };

const recordSchema = z.looseObject({ level: z.number(), time: z.number(), msg: z.string().optional() });

/** Rewrites one JSON log line for people: time, level, message, then the other fields as JSON. */
export function prettyLine(line: string): string {
  const record = recordSchema.parse(JSON.parse(line));
  const { level, time, msg = '', pid: _pid, hostname: _hostname, ...fields } = record;
  const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${new Date(time).toISOString().slice(11, 23)} ${LEVEL_NAMES[level] ?? level} ${msg}${rest}\n`;
}
