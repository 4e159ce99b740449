import { asCount, asNonEmptyString } from '../../json/read-json.js';
import { scanTopLevel, type MemberSpan, type Span } from '../../json/scan-top-level.js';
import { splice, type Splice } from '../../json/splice.js';
import type { PeekedRequest } from '../../spec/straight-wire.js';
import { removeMember } from '../../json/remove-member.js';

/** What the gateway needs to know of a Gemini request; everything else in the body is the provider's business. */
export interface GeminiRequest extends PeekedRequest {
  /** Places in the body that name the model: the path names it too, and Google refuses a request where they differ. */
  readonly modelSpans: readonly Span[];
  /** What is taken out of the body whatever the model: the gateway's own members. */
  readonly drops: readonly Splice[];
}

/** What the path of a Gemini request says: model and manner of answering are not in the body. */
export interface GeminiPath {
  readonly model: string | undefined;
  readonly streams: boolean;
}

const MEMBERS: ReadonlySet<string> = new Set([
  'model',
  'drop_tuning_params',
  'generationConfig',
  'generation_config',
  'generateContentRequest',
  'generate_content_request',
]);
const NESTED_MEMBERS: ReadonlySet<string> = new Set(['model']);
const OUTPUT_CAPS: ReadonlySet<string> = new Set(['maxOutputTokens', 'max_output_tokens']);

/**
 * Looks at the body of a Gemini request (`generateContent`, `streamGenerateContent`, `countTokens`) without parsing it
 * whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readGeminiRequest(body: Buffer, fromPath: GeminiPath): GeminiRequest {
  const { members } = scanTopLevel(body, MEMBERS);
  const modelSpans: Span[] = [];
  const drops: Splice[] = [];
  const caps: number[] = [];
  for (const [name, member] of members) {
    if (name === 'model') modelSpans.push(member.value);
    else if (name === 'drop_tuning_params') drops.push(removeMember(body, member));
    else if (name.startsWith('generation')) caps.push(...readOutputCaps(body, member));
    else modelSpans.push(...scanObject(body, member, NESTED_MEMBERS));
  }
  return {
    body,
    model: fromPath.model,
    streams: fromPath.streams,
    // Said twice in two spellings, the larger one is what the answer may cost.
    maxOutputTokens: caps.length === 0 ? undefined : Math.max(...caps),
    asksForStreamUsage: true,
    modelSpans,
    drops,
  };
}

/**
 * The body to send upstream: the client's bytes, with the model replaced wherever the body repeats it and differs from
 * `model`. What the client wrote before the name, such as `models/`, is kept.
 */
export function encodeGeminiRequest(request: GeminiRequest, model: string): Buffer {
  const { body, modelSpans, drops } = request;
  const splices = [...drops];
  for (const span of modelSpans) {
    const written = asNonEmptyString(readValue(body, span));
    if (written === undefined) continue;
    const replacement = model.includes('/') ? model : collectionOf(written) + model;
    if (written !== replacement) splices.push({ span, replacement: JSON.stringify(replacement) });
  }
  return splice(body, splices);
}

/** What stands before a model's name: `models/` or `projects/p/locations/l/publishers/google/models/`, or nothing. */
function collectionOf(written: string): string {
  const at = written.lastIndexOf('models/');
  return at === -1 ? '' : written.slice(0, at + 'models/'.length);
}

function readOutputCaps(body: Buffer, member: MemberSpan): number[] {
  return scanObject(body, member, OUTPUT_CAPS).flatMap((span) => asCount(Number(readValue(body, span))) ?? []);
}

/** Where the wanted members of a nested object stand; nothing when it is no object, which the provider will refuse. */
function scanObject(body: Buffer, member: MemberSpan, wanted: ReadonlySet<string>): Span[] {
  const { start, end } = member.value;
  if (body[start] !== 0x7b) return [];
  return [...scanTopLevel(body.subarray(start, end), wanted).members.values()].map(({ value }) => ({
    start: start + value.start,
    end: start + value.end,
  }));
}

/** The JSON value at a span; undefined when it is not valid JSON by itself. */
function readValue(body: Buffer, span: Span): unknown {
  try {
    return JSON.parse(body.toString('utf8', span.start, span.end));
  } catch {
    return undefined;
  }
}
