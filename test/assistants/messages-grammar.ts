import type { StreamEvent } from './stream-events.js';

/** Where a stream of Anthropic's Messages API breaks the order that its documentation promises; empty when it is right. */
export function messagesComplaints(events: readonly StreamEvent[]): readonly string[] {
  const complaints: string[] = [];
  const expected = ['message_start', 'message_delta', 'message_stop'];
  const frame = events.map(({ type }) => type).filter((type) => !type.startsWith('content_block_') && type !== 'ping');
  if (frame.join() !== expected.join()) complaints.push(`its frame is ${frame.join()}`);
  if (events[0]?.type !== 'message_start') complaints.push('it does not begin with message_start');
  let open: number | undefined;
  let next = 0;
  for (const { type, ['index']: index } of events) {
    if (type === 'content_block_start') {
      if (open !== undefined || index !== next)
        complaints.push(`block ${String(index)} starts in block ${open}, not as ${next}`);
      open = next;
      next += 1;
    } else if (type === 'content_block_delta' || type === 'content_block_stop') {
      if (index !== open) complaints.push(`${type} of ${String(index)} in block ${open}`);
      if (type === 'content_block_stop') open = undefined;
    } else if (open !== undefined && type !== 'ping') {
      complaints.push(`${type} in block ${open}`);
    }
  }
  return complaints;
}
