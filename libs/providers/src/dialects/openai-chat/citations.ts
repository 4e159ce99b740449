import { asCount, asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';

/** Whose citations `raw` holds, for this dialect to give them back as they were. */
const FAMILY = 'openai-chat';

/** Reads `annotations` of a message or delta; entries that cite nothing are left out. */
export function readAnnotations(value: Json | undefined): readonly Citation[] {
  return (asList(value) ?? []).flatMap((entry) => {
    const fields = asObject(entry);
    const cited = asObject(fields?.['url_citation']);
    const url = asNonEmptyString(cited?.['url']);
    if (fields === undefined || cited === undefined || url === undefined) return [];
    return compact({
      kind: 'url' as const,
      url,
      title: asNonEmptyString(cited['title']),
      quote: asNonEmptyString(cited['content']),
      start: asCount(cited['start_index']),
      end: asCount(cited['end_index']),
      raw: { family: FAMILY, value: fields },
    });
  });
}

/** Reads Perplexity's list of addresses, which the text refers to by number. */
export function readSources(value: Json | undefined): readonly Citation[] {
  return (asList(value) ?? []).flatMap((entry) => {
    const url = asNonEmptyString(entry);
    return url === undefined ? [] : [{ kind: 'url', url, raw: { family: FAMILY, value: { url } } } as const];
  });
}

/** Where a text stands in what the answer says altogether, in UTF-16 code units, end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Writes a citation as an annotation; undefined for one of something else than the web, which has no place in chat.
 *
 * @param text The text that it supports; a citation without a range of its own supports all of it.
 */
export function writeAnnotation(citation: Citation, text: TextRange): JsonObject | undefined {
  const { kind, url, title, raw } = citation;
  if (raw.family === FAMILY && raw.value['type'] === 'url_citation' && text.start === 0) return raw.value;
  if (kind !== 'url' || url === undefined) return undefined;
  const start = text.start + (citation.start ?? 0);
  const end = citation.end === undefined ? text.end : text.start + citation.end;
  return {
    type: 'url_citation',
    url_citation: { start_index: start, end_index: end, title: title ?? url, url },
  };
}
