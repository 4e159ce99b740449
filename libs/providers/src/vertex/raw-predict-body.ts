import { insertMember } from '../json/insert-member.js';
import { removeMember } from '../json/remove-member.js';
import { replaceModel } from '../adapters/replace-model.js';
import { scanTopLevel } from '../json/scan-top-level.js';
import { splice, type Splice } from '../json/splice.js';

/** The version of Anthropic's API that Vertex AI serves. */
const VERTEX_VERSION = 'vertex-2023-10-16';

const MODEL = 'model';
const VERSION = 'anthropic_version';
const WANTED: ReadonlySet<string> = new Set([MODEL, VERSION]);

/**
 * A request to Anthropic's API as `rawPredict` takes it: the model is in the path and may not be in the body, and the
 * body says which version of the API it is written for. Every other byte stays as it was.
 *
 * @throws JsonScanError when the body is not a JSON object or has one of the two twice.
 */
export function toRawPredictBody(body: Buffer): Buffer {
  const scan = scanTopLevel(body, WANTED);
  const model = scan.members.get(MODEL);
  if (scan.members.has(VERSION)) return model === undefined ? body : splice(body, [removeMember(body, model)]);
  if (model === undefined) return splice(body, [insertMember(scan, VERSION, VERTEX_VERSION)]);
  // The one takes the place of the other, so the commas around it stay right.
  const span = { start: model.name.start, end: model.value.end };
  return splice(body, [{ span, replacement: `${JSON.stringify(VERSION)}:${JSON.stringify(VERTEX_VERSION)}` }]);
}

/**
 * A request to count tokens as Vertex AI takes it: all models share one path, so the body keeps its model, by the name
 * that it has there.
 *
 * @throws JsonScanError when the body is not a JSON object or has one of the two members twice.
 */
export function toRawCountBody(body: Buffer, model: string): Buffer {
  const named = replaceModel(body, model);
  const scan = scanTopLevel(named, WANTED);
  const splices: Splice[] = scan.members.has(VERSION) ? [] : [insertMember(scan, VERSION, VERTEX_VERSION)];
  return splice(named, splices);
}
