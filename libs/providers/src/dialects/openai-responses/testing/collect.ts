import { AnswerCollector } from '../../../hub/answer-collector.js';
import type { ModelAnswer } from '../../../spec/model-answer.js';
import type { ModelEvent } from '../../../spec/model-event.js';

/** The answer that these events tell; undefined when they do not finish one. */
export function collect(events: readonly ModelEvent[]): ModelAnswer | undefined {
  const collector = new AnswerCollector();
  for (const event of events) collector.push(event);
  return collector.answer;
}
