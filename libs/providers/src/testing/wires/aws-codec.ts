import { EventStreamCodec } from '@smithy/eventstream-codec';

/** Writes and reads messages of AWS event streams. */
export const AWS_CODEC = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text),
);
