import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { MediaPart, MediaSource, UnknownPart } from '../../spec/part.js';
import { compact } from '../../json/read-json.js';
import { readCacheMark } from './cache-control.js';
import type { Fields } from './fields.js';

const PLAIN_TEXT = 'text/plain';
/** The media type of documents that are given by address. */
export const PDF = 'application/pdf';

/** Reads an `image` block. */
export function readImage(block: Fields): MediaPart {
  const source = block.requiredFields('source');
  return { kind: 'media', medium: 'image', source: readSource(source), ...readCacheMark(block.object) };
}

/**
 * Reads a `document` block. Text is carried as the bytes of a plain text file. A document made of blocks is carried if
 * all of them are text; with images in it, it can only go back to Anthropic.
 */
export function readDocument(block: Fields, unread: Set<string>): MediaPart | UnknownPart {
  if (block.value('context') !== undefined) unread.add('messages.content.context');
  if (block.fields('citations')?.boolean('enabled') === true) unread.add('messages.content.citations');
  const source = readDocumentSource(block.requiredFields('source'));
  if (source === undefined) return { kind: 'unknown', type: 'document', value: block.object };
  return compact({
    kind: 'media' as const,
    medium: 'document' as const,
    source,
    name: block.text('title'),
    ...readCacheMark(block.object),
  });
}

function readDocumentSource(source: Fields): MediaSource | undefined {
  switch (source.requiredText('type')) {
    case 'text':
      return plainText(source.requiredText('data'));
    case 'content': {
      const text = readTextOfBlocks(source);
      return text === undefined ? undefined : plainText(text);
    }
    case 'url':
      return { kind: 'url', url: source.requiredText('url'), mediaType: PDF };
    default:
      return readSource(source);
  }
}

function readSource(source: Fields): MediaSource {
  switch (source.requiredText('type')) {
    case 'base64':
      return { kind: 'data', mediaType: source.requiredText('media_type'), base64: source.requiredText('data') };
    case 'url':
      return { kind: 'url', url: source.requiredText('url') };
    case 'file':
      return { kind: 'file', fileId: source.requiredText('file_id') };
    default:
      throw new RequestUnreadableError(source.pathOf('type'), 'is not a source that is known');
  }
}

/** The text of a document made of blocks; undefined when one of them is no text. */
function readTextOfBlocks(source: Fields): string | undefined {
  if (typeof source.value('content') === 'string') return source.requiredText('content');
  const blocks = source.fieldsOfEach('content') ?? [];
  if (blocks.some((block) => block.value('type') !== 'text')) return undefined;
  return blocks.map((block) => block.requiredText('text')).join('\n');
}

function plainText(text: string): MediaSource {
  return { kind: 'data', mediaType: PLAIN_TEXT, base64: Buffer.from(text).toString('base64') };
}
