import { asCount, asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';
import { TextOffsets } from './text-offsets.js';

/** Most citations of an answer that are read; each costs a look at the text. */
const CITATIONS_MAX = 512;

/** A citation, and the part of the content whose text it supports. */
export interface PlacedCitation {
  readonly partIndex: number;
  readonly citation: Citation;
}

/**
 * Reads what a candidate cites: sources that ground it (`groundingMetadata`) and texts that it recites
 * (`citationMetadata`). `textOf` gives the text of a part, in which Google's byte ranges become character ranges.
 */
export function readCitations(candidate: JsonObject, textOf: (partIndex: number) => string): readonly PlacedCitation[] {
  const placed = [
    ...readGrounding(asObject(candidate['groundingMetadata']), textOf),
    ...readRecitations(asObject(candidate['citationMetadata']), textOf),
  ];
  return placed.slice(0, CITATIONS_MAX);
}

function readGrounding(
  metadata: JsonObject | undefined,
  textOf: (partIndex: number) => string,
): readonly PlacedCitation[] {
  const chunks = (asList(metadata?.['groundingChunks']) ?? []).map(asObject);
  const supports = (asList(metadata?.['groundingSupports']) ?? []).slice(0, CITATIONS_MAX).map(asObject);
  // Without supports the sources are known, but not what they support.
  if (supports.length === 0) return chunks.flatMap((chunk) => place(citationOf(chunk, {}), 0));
  const offsets = new OffsetsByPart(textOf);
  return supports.flatMap((support) => {
    const segment = asObject(support?.['segment']);
    const partIndex = asCount(segment?.['partIndex']) ?? 0;
    const range = readRange(segment, offsets.of(partIndex));
    const indices = (asList(support?.['groundingChunkIndices']) ?? []).map(asCount);
    return indices.flatMap((index) => place(citationOf(chunks[index ?? -1], range), partIndex));
  });
}

/** The Gemini API lists `citationSources`, Vertex lists `citations`. */
function readRecitations(
  metadata: JsonObject | undefined,
  textOf: (partIndex: number) => string,
): readonly PlacedCitation[] {
  const sources = asList(metadata?.['citationSources']) ?? asList(metadata?.['citations']) ?? [];
  if (sources.length === 0) return [];
  const offsets = new TextOffsets(textOf(0));
  return sources.slice(0, CITATIONS_MAX).flatMap((value) => {
    const source = asObject(value);
    if (source === undefined) return [];
    const fields = { url: asNonEmptyString(source['uri']), title: asNonEmptyString(source['title']) };
    const raw = { family: 'gemini', value: source };
    return place(compact({ kind: 'url' as const, ...fields, ...readRange(source, offsets), raw }) as Citation, 0);
  });
}

function citationOf(chunk: JsonObject | undefined, range: JsonObject): Citation | undefined {
  if (chunk === undefined) return undefined;
  const web = asObject(chunk['web']) ?? asObject(chunk['maps']) ?? asObject(chunk['image']);
  const source = web ?? asObject(chunk['retrievedContext']) ?? {};
  return compact({
    kind: web === undefined ? ('document' as const) : ('url' as const),
    url: asNonEmptyString(source['uri']) ?? asNonEmptyString(source['sourceUri']),
    title: asNonEmptyString(source['title']),
    quote: asNonEmptyString(source['text']),
    ...range,
    raw: { family: 'gemini', value: chunk },
  }) as Citation;
}

/** `start` and `end` of a segment in characters; nothing when it has no end. */
function readRange(segment: JsonObject | undefined, offsets: TextOffsets): { start?: number; end?: number } {
  const end = asCount(segment?.['endIndex']);
  if (end === undefined) return {};
  const start = asCount(segment?.['startIndex']) ?? 0;
  return { start: offsets.characterAt(Math.min(start, end)), end: offsets.characterAt(end) };
}

function place(citation: Citation | undefined, partIndex: number): readonly PlacedCitation[] {
  return citation === undefined ? [] : [{ partIndex, citation }];
}

class OffsetsByPart {
  private readonly known = new Map<number, TextOffsets>();

  constructor(private readonly textOf: (partIndex: number) => string) {}

  of(partIndex: number): TextOffsets {
    const known = this.known.get(partIndex) ?? new TextOffsets(this.textOf(partIndex));
    this.known.set(partIndex, known);
    return known;
  }
}
