import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { UnsupportedFieldError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource } from '../../spec/part.js';
import type { DocumentNames } from './document-names.js';

type Formats = Readonly<Record<string, string>>;

/** Converse's formats by what stands behind the slash of a media type, or behind the dot of a file's name. */
const FORMATS: Readonly<Record<MediaPart['medium'], Formats>> = {
  image: { png: 'png', jpeg: 'jpeg', jpg: 'jpeg', gif: 'gif', webp: 'webp' },
  video: {
    mp4: 'mp4',
    mpeg: 'mpeg',
    mpg: 'mpg',
    quicktime: 'mov',
    mov: 'mov',
    webm: 'webm',
    flv: 'flv',
    'x-flv': 'flv',
    mkv: 'mkv',
    'x-matroska': 'mkv',
    wmv: 'wmv',
    'x-ms-wmv': 'wmv',
    '3gpp': 'three_gp',
    '3gp': 'three_gp',
  },
  audio: {
    mp3: 'mp3',
    mpeg: 'mp3',
    wav: 'wav',
    'x-wav': 'wav',
    wave: 'wav',
    flac: 'flac',
    'x-flac': 'flac',
    ogg: 'ogg',
    opus: 'opus',
    aac: 'aac',
    m4a: 'm4a',
    'x-m4a': 'm4a',
    mp4: 'mp4',
    webm: 'webm',
    pcm: 'pcm',
    pcm16: 'pcm',
  },
  document: {
    pdf: 'pdf',
    csv: 'csv',
    html: 'html',
    plain: 'txt',
    txt: 'txt',
    json: 'txt',
    xml: 'txt',
    markdown: 'md',
    md: 'md',
    msword: 'doc',
    doc: 'doc',
    'vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    docx: 'docx',
    'vnd.ms-excel': 'xls',
    xls: 'xls',
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    xlsx: 'xlsx',
  },
};

/**
 * Writes an image, a document, a video or a sound as a content block.
 *
 * @throws UnsupportedFieldError for what the model does not read, what Converse has no format for, and what lies where
 *   Bedrock does not fetch from.
 */
export function writeMedia(part: MediaPart, context: WriteContext, names: DocumentNames): JsonObject {
  const { medium } = part;
  const { input } = context.capabilities;
  if (input !== undefined && !input.includes(medium)) {
    throw new UnsupportedFieldError(`messages.content.${medium}`, `the model reads no ${medium}`);
  }
  if (part.detail !== undefined) context.losses.drop('messages.content.detail', 'Bedrock scales images by itself');
  const block = { format: formatOf(part), source: writeSource(part) };
  return { [medium]: medium === 'document' ? { ...block, name: names.choose(part.name) } : block };
}

function formatOf({ medium, source, name }: MediaPart): string {
  const mediaType = source.mediaType?.split(';')[0]?.trim().toLowerCase();
  const formats = FORMATS[medium];
  const format = lookUp(formats, mediaType?.split('/')[1]) ?? lookUp(formats, extensionOf(name ?? locationOf(source)));
  if (format !== undefined) return format;
  if (medium === 'document' && mediaType?.startsWith('text/') === true) return 'txt';
  throw new UnsupportedFieldError(
    `messages.content.${medium}`,
    `Bedrock reads no ${medium} of type ${mediaType ?? 'unknown'}`,
  );
}

/** Looks at own members only: names come from clients. */
function lookUp(formats: Formats, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(formats, name) ? formats[name] : undefined;
}

function extensionOf(name: string): string | undefined {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
}

function locationOf(source: MediaSource): string {
  return source.kind === 'url' ? source.url : '';
}

function writeSource({ medium, source }: MediaPart): JsonObject {
  if (source.kind === 'data') return { bytes: source.base64 };
  if (source.kind === 'url' && source.url.startsWith('s3://')) return { s3Location: { uri: source.url } };
  throw new UnsupportedFieldError(
    `messages.content.${medium}`,
    source.kind === 'url'
      ? 'Bedrock fetches from s3:// only; send the bytes themselves'
      : 'the file was uploaded to another provider; send the bytes themselves',
  );
}
