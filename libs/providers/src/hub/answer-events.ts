import type { ModelAnswer } from '../spec/model-answer.js';
import type { ModelEvent } from '../spec/model-event.js';
import type { AssistantPart, TextPart } from '../spec/part.js';

/**
 * The events that a stream of this answer would have, each part in one delta. Blocks that the hub has no word for have no
 * events either.
 */
export function eventsOf(answer: ModelAnswer): readonly ModelEvent[] {
  const { id, model, parts, finish, usage, serviceTier } = answer;
  const events: ModelEvent[] = [
    { kind: 'answer-start', ...(id === undefined ? {} : { id }), ...(model === undefined ? {} : { model }) },
  ];
  let { logprobs } = answer;
  for (const [index, part] of parts.entries()) {
    const isText = part.kind === 'text';
    for (const event of isText ? textEvents(part, index, logprobs) : partEvents(part, index)) events.push(event);
    if (isText) logprobs = undefined;
  }
  if (usage !== undefined) events.push({ kind: 'usage', usage });
  events.push({ kind: 'finish', finish, ...(serviceTier === undefined ? {} : { serviceTier }) });
  return events;
}

/** Log probabilities are those of the whole answer's text; they go with the first of it. */
function textEvents(text: TextPart, part: number, logprobs: ModelAnswer['logprobs']): readonly ModelEvent[] {
  const citations = text.citations ?? [];
  return [
    { kind: 'text-start', part },
    { kind: 'text-delta', part, text: text.text, ...(logprobs === undefined ? {} : { logprobs }) },
    ...citations.map((citation): ModelEvent => ({ kind: 'text-citation', part, citation })),
    { kind: 'text-end', part, ...stateOf(text) },
  ];
}

function partEvents(content: Exclude<AssistantPart, TextPart>, part: number): readonly ModelEvent[] {
  switch (content.kind) {
    case 'reasoning':
      return [
        { kind: 'reasoning-start', part },
        { kind: 'reasoning-delta', part, text: content.text },
        { kind: 'reasoning-end', part, ...stateOf(content) },
      ];
    case 'refusal':
      return [
        { kind: 'refusal-start', part },
        { kind: 'refusal-delta', part, text: content.text },
        { kind: 'refusal-end', part },
      ];
    case 'tool-call': {
      const { callId, name, freeText, argumentsText } = content;
      const how = freeText === undefined ? {} : { freeText };
      return [
        { kind: 'tool-call-start', part, callId, name, ...how, ...stateOf(content) },
        { kind: 'tool-call-delta', part, argumentsText },
        { kind: 'tool-call-end', part },
      ];
    }
    case 'media':
      return [{ kind: 'media', part, media: content }];
    case 'unknown':
      return [];
  }
}

function stateOf({ state }: Pick<TextPart, 'state'>): Pick<TextPart, 'state'> {
  return state === undefined ? {} : { state };
}
