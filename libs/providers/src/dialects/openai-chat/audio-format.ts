/** OpenAI's names of sound formats, and what everybody else calls them. */
const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['wav', 'audio/wav'],
  ['mp3', 'audio/mpeg'],
  ['flac', 'audio/flac'],
  ['opus', 'audio/opus'],
  ['ogg', 'audio/ogg'],
  ['aac', 'audio/aac'],
  ['m4a', 'audio/mp4'],
  ['webm', 'audio/webm'],
  ['pcm16', 'audio/pcm'],
]);

/** Other spellings of the media types above. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ...[...MEDIA_TYPES].map(([format, mediaType]) => [mediaType, format] as const),
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/mp3', 'mp3'],
  ['audio/l16', 'pcm16'],
]);

/** The media type of a sound format; one that is not known is taken by its name. */
export function mediaTypeOfAudioFormat(format: string): string {
  return MEDIA_TYPES.get(format.toLowerCase()) ?? `audio/${format.toLowerCase()}`;
}

/** OpenAI's name of a sound's media type; one that is not known is named by its subtype. */
export function audioFormatOfMediaType(mediaType: string): string {
  const essence = (mediaType.split(';')[0] ?? mediaType).trim().toLowerCase();
  return FORMATS.get(essence) ?? essence.slice(essence.indexOf('/') + 1);
}
