import type { IncomingMessage } from 'node:http';

/** Largest request body that is taken. */
export const REQUEST_BODY_BYTES_MAX = 64 * 1024 * 1024;

/** The whole body; `unfinished` when the caller left before its end, `too-large` beyond {@link REQUEST_BODY_BYTES_MAX}. */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'unfinished' | 'too-large'> {
  const parts: Buffer[] = [];
  let byteCount = 0;
  try {
    for await (const part of request) {
      const bytes = Buffer.from(part);
      byteCount += bytes.length;
      if (byteCount <= REQUEST_BODY_BYTES_MAX) parts.push(bytes);
    }
  } catch {
    return 'unfinished';
  }
  return byteCount > REQUEST_BODY_BYTES_MAX ? 'too-large' : Buffer.concat(parts);
}
