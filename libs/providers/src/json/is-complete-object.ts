import { scanTopLevel } from './scan-top-level.js';

const NOTHING: ReadonlySet<string> = new Set();

/** True when the bytes are one whole JSON object, as far as its brackets and strings tell; values are not judged. */
export function isCompleteObject(document: Buffer): boolean {
  try {
    scanTopLevel(document, NOTHING);
    return true;
  } catch {
    return false;
  }
}
