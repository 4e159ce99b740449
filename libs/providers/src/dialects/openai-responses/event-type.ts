/** Bytes at the beginning of an event that hold its name, as OpenAI and most other servers write it. */
const HEAD_BYTES = 160;

const EVENT_LINE = /(?:^|\n)event: ?([\w.]+)/;
const TYPE_MEMBER = /"type"\s*:\s*"(response\.[\w.]+|error)"/;

/**
 * The type of a server-sent event of a Responses stream, read from its `event:` line or else from the `type` in its
 * data, without parsing it. Undefined when it says neither: a comment, `[DONE]`, something foreign.
 *
 * A text that talks about event types does not deceive it: inside of a JSON string every quote has a backslash before
 * it, and so the pattern does not fit.
 */
export function readEventType(event: Buffer): string | undefined {
  const head = event.toString('latin1', 0, HEAD_BYTES);
  const type = findType(head);
  if (type !== undefined || event.length <= HEAD_BYTES) return type;
  return findType(event.toString('latin1'));
}

function findType(text: string): string | undefined {
  return EVENT_LINE.exec(text)?.[1] ?? TYPE_MEMBER.exec(text)?.[1];
}
