import type { PeekedRequest } from '#providers';
import { streamErrorFrame } from '../errors/stream-error-frame.js';
import { StraightStream } from '../relay/straight-stream.js';
import type { UpstreamCall } from '../relay/upstream-call.js';
import { headersForwardedWith } from './forwarded-headers.js';
import type { GenerationDialect } from './generation-dialect.js';

/** A call whose bytes go through unchanged, because client and provider speak the same dialect. */
export function createStraightCall<Peeked extends PeekedRequest>(
  { straight, readError }: GenerationDialect<Peeked>,
  request: Peeked,
  model: string,
): UpstreamCall {
  const { dialect } = straight;
  return {
    operation: 'generate',
    dialect,
    body: straight.encode(request, model),
    streams: request.streams,
    forwardedHeaders: headersForwardedWith(dialect),
    createStream: (sink) =>
      new StraightStream(straight.createTap(request), sink, (error) => streamErrorFrame(dialect, error)),
    readAnswer: (body) => ({ ...straight.readAnswer(body), body }),
    readError,
  };
}
