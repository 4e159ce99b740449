import { randomBytes } from 'node:crypto';

/** Randomness, as a dependency, so that tests can seed it. */
export abstract class Random {
  /** A number in [0, 1). Not for secrets. */
  abstract next(): number;

  /** `byteCount` bytes fit for secrets and identifiers. */
  abstract bytes(byteCount: number): Uint8Array;
}

/** The machine's own randomness: bytes come from the operating system's generator. */
export class SystemRandom extends Random {
  override next(): number {
    return Math.random();
  }

  override bytes(byteCount: number): Uint8Array {
    return randomBytes(byteCount);
  }
}
