import { Clock, Random } from '#kernel';

/** What an id belongs to; it is the first part of the id, so that a person can tell ids apart. */
export type IdPrefix = 'org' | 'team' | 'project' | 'mp' | 'vk' | 'rp' | 'bud' | 'ak';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;

/**
 * Makes ids of rows: `<prefix>_<26 characters>`, a ULID in Crockford's base 32.
 *
 * They sort by creation time to the millisecond, carry 80 random bits, need no escaping in a URL, and are not secrets.
 */
export class RowIds {
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  create(prefix: IdPrefix): string {
    return `${prefix}_${encodeTime(this.clock.now())}${this.randomPart()}`;
  }

  private randomPart(): string {
    // One byte per character: 256 is a multiple of 32, so no character is likelier than another.
    return Array.from(this.random.bytes(RANDOM_CHARACTERS), (byte) => ALPHABET.charAt(byte % 32)).join('');
  }
}

function encodeTime(timeMs: number): string {
  let rest = timeMs;
  let text = '';
  for (let index = 0; index < TIME_CHARACTERS; index += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
