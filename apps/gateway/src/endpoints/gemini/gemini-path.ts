/** What the path of a Gemini call says. */
export interface GeminiPath {
  /** The model, decoded, without `models/`; undefined when the path names none. */
  readonly model: string | undefined;
  /** What comes behind the colon, such as `generateContent`; undefined when there is none. */
  readonly action: string | undefined;
  /** Whether a stream is wanted as server-sent events (`?alt=sse`) rather than as one JSON list. */
  readonly asEvents: boolean;
}

/** Google's SDK calls `v1` unless told otherwise since its version 3, and `v1beta` before. */
const MODELS = /^\/v1(?:beta)?\/models\//;

/**
 * Reads the path of a call to `/v1beta/models/{model}:{action}`, or the same below `/v1`. A model's name may hold
 * slashes; the action stands behind the last colon.
 */
export function readGeminiPath(url: string): GeminiPath {
  const [path = '', query = ''] = url.split('?', 2);
  const rest = MODELS.test(path) ? path.replace(MODELS, '') : '';
  const colon = rest.lastIndexOf(':');
  const model = decode(colon === -1 ? rest : rest.slice(0, colon)).replace(/^models\//, '');
  return {
    model: model === '' ? undefined : model,
    action: colon === -1 ? undefined : rest.slice(colon + 1),
    asEvents: new URLSearchParams(query).get('alt') === 'sse',
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
