import { scanTopLevel } from '../json/scan-top-level.js';
import { splice } from '../json/splice.js';
import { removeMember } from '../json/remove-member.js';

/**
 * The body without its top-level member `name`, every other byte as it was. The same buffer when it has none.
 *
 * @throws JsonScanError when the body is not a JSON object or has the member twice.
 */
export function withoutMember(body: Buffer, name: string): Buffer {
  const member = scanTopLevel(body, new Set([name])).members.get(name);
  return member === undefined ? body : splice(body, [removeMember(body, member)]);
}
