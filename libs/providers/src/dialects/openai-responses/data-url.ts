/** The bytes of a medium as OpenAI wants them inside of a body. */
export interface InlineData {
  readonly mediaType: string;
  readonly base64: string;
}

const BASE64_MARK = ';base64,';
const MEDIA_TYPE_DEFAULT = 'application/octet-stream';

/** Reads `data:<type>;base64,<bytes>`; undefined for any other text. Parameters of the media type are left out. */
export function readDataUrl(url: string): InlineData | undefined {
  if (!url.startsWith('data:')) return undefined;
  const comma = url.indexOf(',');
  const mark = comma + 1 - BASE64_MARK.length;
  if (mark < 0 || !url.startsWith(BASE64_MARK, mark)) return undefined;
  const mediaType = url.slice('data:'.length, mark).split(';', 1)[0] ?? '';
  return { mediaType: mediaType === '' ? MEDIA_TYPE_DEFAULT : mediaType.toLowerCase(), base64: url.slice(comma + 1) };
}

/** Writes `data:<type>;base64,<bytes>`. */
export function writeDataUrl({ mediaType, base64 }: InlineData): string {
  return `data:${mediaType}${BASE64_MARK}${base64}`;
}
