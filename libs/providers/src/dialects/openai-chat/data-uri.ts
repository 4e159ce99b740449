/** The bytes of a medium, as a data URI holds them. */
export interface InlineData {
  readonly mediaType: string;
  readonly base64: string;
}

const DEFAULT_MEDIA_TYPE = 'text/plain';

/** True for text that claims to be a data URI. */
export function isDataUri(text: string): boolean {
  return text.slice(0, 5).toLowerCase() === 'data:';
}

/**
 * Reads a data URI; undefined when it has no comma or its percent escapes are broken. Source: RFC 2397.
 *
 * Only the head is looked at by pattern: the data may be megabytes.
 */
export function readDataUri(text: string): InlineData | undefined {
  const comma = text.indexOf(',');
  if (!isDataUri(text) || comma === -1) return undefined;
  const [mediaType = '', ...attributes] = text.slice(5, comma).split(';');
  const type = mediaType.trim().toLowerCase() || DEFAULT_MEDIA_TYPE;
  const data = text.slice(comma + 1);
  if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'base64')) {
    return { mediaType: type, base64: data };
  }
  try {
    return { mediaType: type, base64: Buffer.from(decodeURIComponent(data)).toString('base64') };
  } catch {
    return undefined;
  }
}

/** Writes bytes as a data URI. */
export function writeDataUri({ mediaType, base64 }: InlineData): string {
  return `data:${mediaType};base64,${base64}`;
}
