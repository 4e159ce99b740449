import type { JsonObject } from '../../spec/json.js';
import { writeSseFrame } from '../../transport/sse-frame.js';

/** Collects frames of a Responses stream, and numbers them from 0. */
export class FrameWriter {
  private sequenceNumber = 0;
  private text = '';

  /** Writes one event; its type is also its name. */
  write(type: string, fields: JsonObject): void {
    this.text += writeSseFrame({ type, sequence_number: this.sequenceNumber, ...fields }, type);
    this.sequenceNumber += 1;
  }

  /** The text since the last call. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
