import { rename, stat } from 'node:fs/promises';

const LOG_BYTES_MAX = 5 * 1024 * 1024;

/** Moves a log of more than 5 MiB aside (to `<file>.1`, replacing an older one), so that logs do not grow for ever. */
export async function rotateLog(file: string): Promise<void> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size > LOG_BYTES_MAX) await rename(file, `${file}.1`);
}
