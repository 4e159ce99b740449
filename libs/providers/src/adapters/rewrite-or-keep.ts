import { JsonScanError } from '../json/scan-top-level.js';

/** What `rewrite` makes of a body, or the body itself when it is no JSON object: its provider says what is wrong with it. */
export function rewriteOrKeep(body: Buffer, rewrite: (body: Buffer) => Buffer): Buffer {
  try {
    return rewrite(body);
  } catch (error) {
    if (error instanceof JsonScanError) return body;
    throw error;
  }
}
