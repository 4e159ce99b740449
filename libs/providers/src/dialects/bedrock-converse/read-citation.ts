import { asList, asObject, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';

/** Reads a citation, whole or from a stream: both are written alike. */
export function readCitation(value: JsonObject): Citation {
  const url = asString(asObject(asObject(value['location'])?.['web'])?.['url']) ?? sourceUrl(asString(value['source']));
  const quote = (asList(value['sourceContent']) ?? []).map((item) => asString(asObject(item)?.['text']) ?? '').join('');
  return {
    kind: url === undefined ? 'document' : 'url',
    ...compact({ url, title: asString(value['title']), quote: quote === '' ? undefined : quote }),
    raw: { family: 'bedrock', value },
  };
}

/** A search result of the client's own may be named by a URL, or by anything else. */
function sourceUrl(source: string | undefined): string | undefined {
  return source !== undefined && /^https?:\/\//i.test(source) ? source : undefined;
}
