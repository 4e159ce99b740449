import type { MediaPart } from '../../spec/part.js';

/** On a stream OpenAI speaks in this format only. */
const MEDIA_TYPE = 'audio/pcm';
/** Longest sound that is collected, in bytes: an hour and a half. A longer one is left out rather than cut. */
const AUDIO_BYTES_MAX = 256 * 1024 * 1024;

/** Collects what a model speaks on a stream, because the hub carries media whole. */
export class SpokenAudio {
  private readonly chunks: Buffer[] = [];
  private byteCount = 0;

  /** Takes the next piece. Each piece is base64 by itself, so they cannot be joined as text. */
  push(base64: string): void {
    this.byteCount += base64.length;
    if (this.byteCount <= AUDIO_BYTES_MAX) this.chunks.push(Buffer.from(base64, 'base64'));
  }

  /** All of it; undefined when there is none, or too much. */
  whole(): MediaPart | undefined {
    if (this.chunks.length === 0 || this.byteCount > AUDIO_BYTES_MAX) return undefined;
    const base64 = Buffer.concat(this.chunks).toString('base64');
    return { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType: MEDIA_TYPE, base64 } };
  }
}
