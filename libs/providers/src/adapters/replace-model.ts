import { scanTopLevel } from '../json/scan-top-level.js';
import { splice } from '../json/splice.js';
import { insertMember } from '../json/insert-member.js';

const WANTED: ReadonlySet<string> = new Set(['model']);

/**
 * The body with `model` as its top-level model, and every other byte as it was. The same buffer when it says so already.
 *
 * @throws JsonScanError when the body is not a JSON object or names its model twice.
 */
export function replaceModel(body: Buffer, model: string): Buffer {
  const scan = scanTopLevel(body, WANTED);
  const member = scan.members.get('model');
  if (member === undefined) return splice(body, [insertMember(scan, 'model', model)]);
  const replacement = JSON.stringify(model);
  const { value } = member;
  return body.toString('utf8', value.start, value.end) === replacement
    ? body
    : splice(body, [{ span: value, replacement }]);
}
