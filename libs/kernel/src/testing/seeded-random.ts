import { Random } from '../random.js';

/** Repeatable randomness for tests (mulberry32). The same seed gives the same sequence. Not for secrets. */
export class SeededRandom extends Random {
  private state: number;

  constructor(seed = 1) {
    super();
    this.state = seed >>> 0;
  }

  override next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  override bytes(byteCount: number): Uint8Array {
    return Uint8Array.from({ length: byteCount }, () => Math.floor(this.next() * 256));
  }
}
