import { asCount, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';

/** Whose citations are given back as they were. */
const RAW_FAMILY = 'openai-responses';

/** Reads an annotation of a text; undefined when it is no object. */
export function readAnnotation(annotation: Json | undefined): Citation | undefined {
  const value = asObject(annotation);
  if (value === undefined) return undefined;
  const url = asNonEmptyString(value['url']);
  return compact({
    kind: url === undefined ? ('document' as const) : ('url' as const),
    url,
    title: asString(value['title']) ?? asNonEmptyString(value['filename']),
    start: asCount(value['start_index']),
    end: asCount(value['end_index']),
    raw: { family: RAW_FAMILY, value },
  });
}

/**
 * Writes a citation as an annotation; undefined for one that a Responses client has no shape for: a place in a document
 * of another vendor, which has no id of a file.
 *
 * @param textLength Characters of the text so far, all of which the citation supports when it does not say which.
 */
export function writeAnnotation(citation: Citation, textLength: number): JsonObject | undefined {
  if (citation.raw.family === RAW_FAMILY) return citation.raw.value;
  if (citation.url === undefined) return undefined;
  return {
    type: 'url_citation',
    url: citation.url,
    title: citation.title ?? '',
    start_index: citation.start ?? 0,
    end_index: citation.end ?? textLength,
  };
}
