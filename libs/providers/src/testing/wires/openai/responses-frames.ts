import type { JsonObject } from '../../../spec/json.js';
import { textOf, type FakeAnswer, type FakePart } from '../../model/fake-answer.js';
import type { Frame, FrameRole } from '../framing.js';
import type { FrameManner } from '../wire.js';
import {
  finishedResponseOf,
  idOfItem,
  itemOf,
  outputTextOf,
  responseOf,
  responsesUsageOf,
} from './responses-answer.js';

/** One event before it has its number. */
type Event = readonly [role: FrameRole, type: string, fields: JsonObject];

/** The answer as events of the Responses API, numbered from 0. */
export function* responsesFrames(answer: FakeAnswer, request: JsonObject, manner: FrameManner): Generator<Frame> {
  let number = 0;
  for (const [role, type, fields] of eventsOf(answer, request, manner)) {
    yield { role, event: type, data: { type, sequence_number: number, ...fields } };
    number += 1;
  }
}

function* eventsOf(answer: FakeAnswer, request: JsonObject, manner: FrameManner): Generator<Event> {
  const response = responseOf(answer, request, 'in_progress');
  const early = responsesUsageOf({ ...answer.usage, outputTokens: 1, reasoningTokens: 0 });
  yield ['opening', 'response.created', { response }];
  yield [
    'opening',
    'response.in_progress',
    { response: manner.earlyUsage === true ? { ...response, usage: early } : response },
  ];
  for (const [index, part] of answer.parts.entries()) yield* itemEvents(answer, part, index, request);
  const finished = finishedResponseOf(answer, request);
  yield ['terminal', `response.${String(finished['status'])}`, { response: finished }];
}

function* itemEvents(answer: FakeAnswer, part: FakePart, index: number, request: JsonObject): Generator<Event> {
  const id = idOfItem(answer, part, index);
  const place = { output_index: index };
  const empty = itemOf({ ...part, pieces: [] }, id, request, 'in_progress');
  const added = part.kind === 'text' ? { ...empty, content: [] } : empty;
  yield ['bracket', 'response.output_item.added', { ...place, item: added }];
  yield* contentEvents(part, { item_id: id, ...place });
  yield ['bracket', 'response.output_item.done', { ...place, item: itemOf(part, id, request, 'completed') }];
}

function contentEvents(part: FakePart, place: JsonObject): Generator<Event> {
  switch (part.kind) {
    case 'reasoning':
      return summaryEvents(part, place);
    case 'text':
      return textEvents(part, place);
    default:
      return part.freeText
        ? inputEvents(part, place, 'response.custom_tool_call_input', 'input')
        : inputEvents(part, place, 'response.function_call_arguments', 'arguments');
  }
}

function* summaryEvents(part: FakePart, item: JsonObject): Generator<Event> {
  if (part.pieces.length === 0) return;
  const place = { ...item, summary_index: 0 };
  const text = textOf(part);
  yield ['bracket', 'response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } }];
  for (const delta of part.pieces) yield ['content', 'response.reasoning_summary_text.delta', { ...place, delta }];
  yield ['bracket', 'response.reasoning_summary_text.done', { ...place, text }];
  yield ['bracket', 'response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }];
}

function* textEvents(part: FakePart, item: JsonObject): Generator<Event> {
  const place = { ...item, content_index: 0 };
  const text = textOf(part);
  yield ['bracket', 'response.content_part.added', { ...place, part: outputTextOf('') }];
  for (const delta of part.pieces) yield ['content', 'response.output_text.delta', { ...place, delta, logprobs: [] }];
  yield ['bracket', 'response.output_text.done', { ...place, text, logprobs: [] }];
  yield ['bracket', 'response.content_part.done', { ...place, part: outputTextOf(text) }];
}

function* inputEvents(part: FakePart, place: JsonObject, type: string, field: string): Generator<Event> {
  for (const delta of part.pieces) yield ['content', `${type}.delta`, { ...place, delta }];
  yield ['bracket', `${type}.done`, { ...place, [field]: textOf(part) }];
}
