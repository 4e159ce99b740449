import type { StreamEvent } from './stream-events.js';

const ITEM_ADDED = 'response.output_item.added';
const ITEM_DONE = 'response.output_item.done';

/** Where a stream of OpenAI's Responses API breaks the order that its documentation promises; empty when it is right. */
export function responsesComplaints(events: readonly StreamEvent[]): readonly string[] {
  const complaints: string[] = [];
  const types = events.map(({ type }) => type);
  if (types[0] !== 'response.created') complaints.push(`it begins with ${types[0]}`);
  if (types.at(-1) !== 'response.completed') complaints.push(`it ends with ${types.at(-1)}`);
  if (types.filter((type) => type === 'response.completed').length !== 1) complaints.push('it does not complete once');
  const open = new Set<unknown>();
  events.forEach((event, index) => {
    const { type, ['sequence_number']: number, ['output_index']: item } = event;
    if (number !== index) complaints.push(`event ${index} has the number ${String(number)}`);
    if (type === ITEM_ADDED) {
      open.add(item);
    } else if (item !== undefined && !open.has(item)) {
      complaints.push(`${type} of item ${String(item)}, which is not open`);
    }
    if (type === ITEM_DONE) open.delete(item);
  });
  if (open.size > 0) complaints.push(`items ${[...open].join()} are not done`);
  return complaints;
}
