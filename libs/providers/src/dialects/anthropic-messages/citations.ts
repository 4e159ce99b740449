import { asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';

const FAMILY = 'anthropic';
const WEB_RESULT = 'web_search_result_location';

/** Reads one citation of a text block; undefined for what is none. */
export function readCitation(value: unknown): Citation | undefined {
  const fields = asObject(value);
  const type = asString(fields?.['type']);
  if (fields === undefined || type === undefined) return undefined;
  return compact({
    kind: type === WEB_RESULT ? ('url' as const) : ('document' as const),
    url: asNonEmptyString(fields['url']) ?? asNonEmptyString(fields['source']),
    title: asNonEmptyString(fields['title']) ?? asNonEmptyString(fields['document_title']),
    quote: asNonEmptyString(fields['cited_text']),
    raw: { family: FAMILY, value: fields },
  });
}

/** Reads the citations of a text block, to be spread into its part. */
export function readCitations(list: readonly Json[]): { readonly citations?: readonly Citation[] } {
  const citations = list.map(readCitation).filter((citation) => citation !== undefined);
  return citations.length === 0 ? {} : { citations };
}

/**
 * A citation for a client. One of another vendor becomes a web search result, if it has an address; otherwise there is
 * no honest place for it, because Anthropic's others point into documents of the request by their number.
 */
export function writeCitation(citation: Citation): JsonObject | undefined {
  if (citation.raw.family === FAMILY) return citation.raw.value;
  if (citation.url === undefined) return undefined;
  return {
    type: WEB_RESULT,
    url: citation.url,
    title: citation.title ?? null,
    cited_text: citation.quote ?? '',
    // Only Anthropic can fill it. Empty, it tells a citation of ours in the client's next request.
    encrypted_index: '',
  };
}

/** A citation for Claude; undefined for one that Claude did not make and would refuse. */
export function writeCitationBack(citation: Citation): JsonObject | undefined {
  const { family, value } = citation.raw;
  const isMadeHere = value['type'] === WEB_RESULT && asNonEmptyString(value['encrypted_index']) === undefined;
  return family === FAMILY && !isMadeHere ? value : undefined;
}
