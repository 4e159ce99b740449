import type { TopLevelScan } from './scan-top-level.js';
import type { Splice } from './splice.js';

/** Puts a member that is not there at the beginning of an object. */
export function insertMember(scan: TopLevelScan, name: string, value: string): Splice {
  return {
    span: { start: scan.bodyStart, end: scan.bodyStart },
    replacement: `${JSON.stringify(name)}:${JSON.stringify(value)}${scan.empty ? '' : ','}`,
  };
}
