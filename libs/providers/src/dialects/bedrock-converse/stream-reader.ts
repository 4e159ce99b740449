import { asCount, asNonEmptyString, asObject, asString, parseObject } from '../../json/read-json.js';
import type { StreamReader } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { AWS_EXCEPTION_PREFIX } from '../../transport/aws-event-stream-framer.js';
import { readException } from './errors.js';
import { readFinish } from './finish-reasons.js';
import { endBlock, type OpenBlock } from './open-block.js';
import { readCitation } from './read-citation.js';
import { readUsage } from './read-usage.js';

type BlockOf<Kind extends OpenBlock['kind']> = OpenBlock & { readonly kind: Kind };

/**
 * Reads a stream of ConverseStream. Blocks are told apart by their index; text and reasoning have no beginning of their
 * own, so the first delta begins them. Usage comes last, behind the finish reason.
 */
export class ConverseStreamReader implements StreamReader {
  private readonly open = new Map<number, OpenBlock>();
  private partCount = 0;
  private state: 'idle' | 'started' | 'finished' | 'failed' = 'idle';

  read({ event, data }: StreamFrame): readonly ModelEvent[] {
    if (event === undefined || this.state === 'failed') return [];
    if (event.startsWith(AWS_EXCEPTION_PREFIX)) return this.fail(event.slice(AWS_EXCEPTION_PREFIX.length), data);
    const payload = parseObject(data);
    if (payload === undefined) return [];
    const out: ModelEvent[] = [];
    if (event === 'metadata') readMetadata(payload, out);
    else if (this.state !== 'finished') this.readContent(event, payload, out);
    return out;
  }

  /** Adds nothing: what is open when the bytes end was cut off. */
  end(): readonly ModelEvent[] {
    return [];
  }

  private readContent(event: string, payload: JsonObject, out: ModelEvent[]): void {
    switch (event) {
      case 'messageStart':
        return this.start(out);
      case 'contentBlockStart':
        return this.readStart(indexOf(payload), asObject(payload['start']), out);
      case 'contentBlockDelta':
        return this.readDelta(indexOf(payload), asObject(payload['delta']), out);
      case 'contentBlockStop':
        return this.close(indexOf(payload), out);
      case 'messageStop':
        return this.finish(payload, out);
      default:
    }
  }

  private start(out: ModelEvent[]): void {
    if (this.state !== 'idle') return;
    this.state = 'started';
    out.push({ kind: 'answer-start' });
  }

  private finish(payload: JsonObject, out: ModelEvent[]): void {
    this.start(out);
    for (const index of this.open.keys()) this.close(index, out);
    out.push({ kind: 'finish', finish: readFinish(payload) });
    this.state = 'finished';
  }

  private fail(name: string, data: string): readonly ModelEvent[] {
    // Whoever has the finish reason has the answer.
    if (this.state === 'finished') return [];
    this.state = 'failed';
    return [{ kind: 'error', error: readException(name, data) }];
  }

  private readStart(index: number, start: JsonObject | undefined, out: ModelEvent[]): void {
    const toolUse = asObject(start?.['toolUse']);
    const callId = asNonEmptyString(toolUse?.['toolUseId']);
    const name = asNonEmptyString(toolUse?.['name']);
    // A tool that Bedrock runs itself is nothing that the client could answer.
    if (callId !== undefined && name !== undefined && toolUse?.['type'] !== 'server_tool_use') {
      const { part } = this.begin(index, (part) => ({ kind: 'tool-call', part }), out);
      out.push({ kind: 'tool-call-start', part, callId, name });
    }
    const image = asObject(start?.['image']);
    if (image !== undefined) {
      const format = asString(image['format']) ?? 'png';
      this.begin(index, (part) => ({ kind: 'image', part, format, bytes: [] }), out);
    }
  }

  private readDelta(index: number, delta: JsonObject | undefined, out: ModelEvent[]): void {
    const text = asNonEmptyString(delta?.['text']);
    if (text !== undefined) out.push({ kind: 'text-delta', part: this.textAt(index, out).part, text });
    const citation = asObject(delta?.['citation']);
    if (citation !== undefined) {
      out.push({ kind: 'text-citation', part: this.textAt(index, out).part, citation: readCitation(citation) });
    }
    const reasoning = asObject(delta?.['reasoningContent']);
    if (reasoning !== undefined) this.readReasoning(index, reasoning, out);
    this.readRest(this.open.get(index), delta, out);
  }

  /** Deltas of blocks that have a beginning of their own; without it they belong to nothing. */
  private readRest(block: OpenBlock | undefined, delta: JsonObject | undefined, out: ModelEvent[]): void {
    const argumentsText = asNonEmptyString(asObject(delta?.['toolUse'])?.['input']);
    if (block?.kind === 'tool-call' && argumentsText !== undefined) {
      out.push({ kind: 'tool-call-delta', part: block.part, argumentsText });
    }
    const bytes = asNonEmptyString(asObject(asObject(delta?.['image'])?.['source'])?.['bytes']);
    if (block?.kind === 'image' && bytes !== undefined) block.bytes.push(bytes);
  }

  private readReasoning(index: number, delta: JsonObject, out: ModelEvent[]): void {
    const text = asNonEmptyString(delta['text']);
    const signature = asNonEmptyString(delta['signature']);
    const redacted = asNonEmptyString(delta['redactedContent']);
    if (text === undefined && signature === undefined && redacted === undefined) return;
    const block = this.reasoningAt(index, out);
    if (text !== undefined) out.push({ kind: 'reasoning-delta', part: block.part, text });
    if (signature !== undefined) block.signature += signature;
    if (redacted !== undefined) block.redacted.push(redacted);
  }

  private textAt(index: number, out: ModelEvent[]): BlockOf<'text'> {
    const block = this.open.get(index);
    if (block?.kind === 'text') return block;
    const begun = this.begin(index, (part) => ({ kind: 'text', part }) as const, out);
    out.push({ kind: 'text-start', part: begun.part });
    return begun;
  }

  private reasoningAt(index: number, out: ModelEvent[]): BlockOf<'reasoning'> {
    const block = this.open.get(index);
    if (block?.kind === 'reasoning') return block;
    const begun = this.begin(index, (part) => ({ kind: 'reasoning' as const, part, signature: '', redacted: [] }), out);
    out.push({ kind: 'reasoning-start', part: begun.part });
    return begun;
  }

  private begin<Block extends OpenBlock>(index: number, create: (part: number) => Block, out: ModelEvent[]): Block {
    this.start(out);
    this.close(index, out);
    const block = create(this.partCount);
    this.partCount += 1;
    this.open.set(index, block);
    return block;
  }

  private close(index: number, out: ModelEvent[]): void {
    const block = this.open.get(index);
    if (block === undefined) return;
    this.open.delete(index);
    const ended = endBlock(block);
    if (ended !== undefined) out.push(ended);
  }
}

function indexOf(payload: JsonObject): number {
  return asCount(payload['contentBlockIndex']) ?? 0;
}

function readMetadata(payload: JsonObject, out: ModelEvent[]): void {
  const usage = readUsage(payload['usage']);
  if (usage !== undefined) out.push({ kind: 'usage', usage });
}
