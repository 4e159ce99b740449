import { asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';
import { TextOffsets } from './text-offsets.js';

/** Most citations that are written; each costs a look at the text. */
const CITATIONS_MAX = 512;
/** Most characters of text in which ranges are found. */
const TEXT_CHARACTERS_MAX = 4 * 1024 * 1024;

interface Support {
  readonly chunk: number;
  readonly start: number;
  readonly end: number;
  readonly partIndex: number;
}

/**
 * Collects what the texts of an answer cite, for `groundingMetadata`.
 *
 * Google's ranges count bytes and are relative to a part of the answer; in a stream, they are relative to all of its
 * text. A citation without a range supports the text in which it stands.
 */
export class GroundingWriter {
  private readonly chunks: JsonObject[] = [];
  private readonly chunkByKey = new Map<string, number>();
  private readonly supports: Support[] = [];
  private readonly texts: string[] = [];
  private partIndex = 0;
  private partStart = 0;
  /** Citations of the running text that await its end. */
  private open: Citation[] = [];

  /** A text begins as part `partIndex` of the answer. Streams have one text only, which is part 0. */
  startText(partIndex = 0): void {
    this.partIndex = partIndex;
    this.partStart = partIndex === 0 ? this.textOf(0).length : 0;
  }

  /** A piece of the running text. */
  addText(text: string): void {
    const before = this.textOf(this.partIndex);
    if (before.length < TEXT_CHARACTERS_MAX) this.texts[this.partIndex] = before + text;
  }

  /** The running text cites something. */
  cite(citation: Citation): void {
    if (this.supports.length + this.open.length < CITATIONS_MAX) this.open.push(citation);
  }

  /** The running text is at its end. */
  endText(): void {
    const { partIndex, partStart } = this;
    const whole = this.textOf(partIndex).length;
    for (const citation of this.open) {
      const start = citation.start === undefined ? partStart : partStart + citation.start;
      const end = citation.end === undefined ? whole : partStart + citation.end;
      this.supports.push({ chunk: this.chunkOf(citation), start, end, partIndex });
    }
    this.open = [];
  }

  /** `groundingMetadata`, or undefined when nothing was cited. */
  toJson(): JsonObject | undefined {
    this.endText();
    if (this.chunks.length === 0) return undefined;
    const offsets = new Map<number, TextOffsets>();
    const groundingSupports = this.supports.map(({ chunk, start, end, partIndex }) => {
      const text = this.textOf(partIndex);
      const known = offsets.get(partIndex) ?? new TextOffsets(text);
      offsets.set(partIndex, known);
      const segment = { startIndex: known.byteAt(start), endIndex: known.byteAt(end), text: text.slice(start, end) };
      return {
        segment: partIndex === 0 ? segment : { partIndex, ...segment },
        groundingChunkIndices: [chunk],
      };
    });
    return { groundingChunks: this.chunks, groundingSupports };
  }

  private chunkOf(citation: Citation): number {
    const key = JSON.stringify([citation.kind, citation.url, citation.title, citation.quote]);
    const known = this.chunkByKey.get(key);
    if (known !== undefined) return known;
    const index = this.chunks.push(writeChunk(citation)) - 1;
    this.chunkByKey.set(key, index);
    return index;
  }

  private textOf(partIndex: number): string {
    return this.texts[partIndex] ?? '';
  }
}

function writeChunk({ kind, url, title, quote, raw }: Citation): JsonObject {
  const native = raw.family === 'gemini' ? raw.value : {};
  if (['web', 'retrievedContext', 'maps', 'image'].some((name) => asObject(native[name]) !== undefined)) return native;
  return kind === 'url'
    ? { web: compact({ uri: url, title }) }
    : { retrievedContext: compact({ uri: url, title, text: quote }) };
}
