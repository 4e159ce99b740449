import { asCount, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { EventSink } from './event-sink.js';
import { readGoogleState } from './google-state.js';
import { argumentsTextOf, madeCallId } from './read-answer-tool-calls.js';

/** Most calls of one answer; what comes beyond them is left out, so that a broken server cannot grow them for ever. */
export const TOOL_CALLS_MAX = 512;

/** What one delta says of a tool call. */
interface CallDelta {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string | undefined;
  readonly argumentsText: string;
  readonly freeText: boolean;
  readonly state: ProviderState | undefined;
}

/** A tool call of the stream so far. */
interface Call {
  id: string | undefined;
  readonly index: number | undefined;
  readonly freeText: boolean;
  name: string | undefined;
  argumentsText: string;
  state: ProviderState | undefined;
  /** Undefined until the name is known, without which no call begins. */
  part: number | undefined;
  ended: boolean;
}

/**
 * Makes tool calls out of a chat stream's deltas.
 *
 * A delta belongs to the call of its id; if it has none, to the latest call of its index; if it has neither, to the
 * latest call. Several vendors give every call the index 0, or none, or send whole calls without ids.
 */
export class ToolCallParts {
  private readonly calls: Call[] = [];

  /** @param beforeCall Ends whatever must not stay open when a call begins. */
  constructor(
    private readonly sink: EventSink,
    private readonly beforeCall: () => void,
  ) {}

  /** True when a call has begun. */
  get any(): boolean {
    return this.calls.some(({ part }) => part !== undefined);
  }

  /**
   * Takes the deltas of one chunk.
   *
   * @param answerId For ids of calls to which the vendor gives none.
   */
  push(deltas: readonly JsonObject[], answerId: string | undefined): void {
    for (const [position, fields] of deltas.entries()) {
      // Without an index, the place in a list of several tells them apart.
      const delta = readDelta(fields, deltas.length > 1 ? position : undefined);
      const call = this.route(delta);
      if (call === undefined || call.ended) continue;
      call.id ??= delta.id;
      call.name ??= delta.name;
      call.state ??= delta.state;
      call.argumentsText += delta.argumentsText;
      if (call.part === undefined) this.begin(call, answerId);
      else this.emitArguments(call.part, delta.argumentsText);
    }
  }

  /** Ends every call that is open. */
  close(): void {
    for (const call of this.calls) this.end(call);
  }

  private route(delta: CallDelta): Call | undefined {
    const known = delta.id === undefined ? undefined : this.calls.findLast(({ id }) => id === delta.id);
    const call = known ?? this.continued(delta);
    if (call !== undefined || this.calls.length >= TOOL_CALLS_MAX) return call;
    const created = beginCall(delta);
    this.calls.push(created);
    return created;
  }

  /** The call that a delta of an unknown or no id goes on with; undefined when it begins one. */
  private continued({ id, index, name, argumentsText }: CallDelta): Call | undefined {
    const latest =
      index === undefined ? this.calls.at(-1) : this.calls.findLast((candidate) => candidate.index === index);
    if (latest === undefined || name === undefined) return latest;
    if (id !== undefined && latest.id !== undefined) return undefined;
    const isWhole = latest.name !== undefined && isJson(latest.argumentsText);
    return isWhole && (name !== latest.name || argumentsText !== '') ? undefined : latest;
  }

  private begin(call: Call, answerId: string | undefined): void {
    const { name, freeText, state, argumentsText } = call;
    if (name === undefined) return;
    this.beforeCall();
    for (const other of this.calls) {
      if (other !== call && !other.freeText && isJson(other.argumentsText)) this.end(other);
    }
    call.part = this.sink.nextPart();
    const callId = call.id ?? madeCallId(answerId, this.calls.indexOf(call));
    const start = { kind: 'tool-call-start' as const, part: call.part, callId, name };
    this.sink.emit(compact({ ...start, freeText: freeText ? true : undefined, state }));
    this.emitArguments(call.part, argumentsText);
  }

  private emitArguments(part: number, argumentsText: string): void {
    if (argumentsText !== '') this.sink.emit({ kind: 'tool-call-delta', part, argumentsText });
  }

  private end(call: Call): void {
    if (call.part === undefined || call.ended) return;
    call.ended = true;
    this.sink.emit({ kind: 'tool-call-end', part: call.part });
  }
}

function beginCall({ id, index, freeText }: CallDelta): Call {
  return {
    id,
    index,
    freeText,
    name: undefined,
    argumentsText: '',
    state: undefined,
    part: undefined,
    ended: false,
  };
}

function readDelta(fields: JsonObject, position: number | undefined): CallDelta {
  const custom = asObject(fields['custom']);
  const called = custom ?? asObject(fields['function']);
  return {
    id: asNonEmptyString(fields['id']),
    index: asCount(fields['index']) ?? position,
    name: asNonEmptyString(called?.['name']),
    argumentsText: argumentsTextOf(called?.[custom === undefined ? 'arguments' : 'input']),
    freeText: custom !== undefined || fields['type'] === 'custom',
    state: readGoogleState(fields),
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
