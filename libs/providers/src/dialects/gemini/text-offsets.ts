/**
 * Where a text's bytes and characters stand to each other: Google counts ranges in bytes of UTF-8, everybody else in
 * characters.
 */
export class TextOffsets {
  private readonly bytes: Buffer;
  private readonly isAscii: boolean;

  constructor(private readonly text: string) {
    this.bytes = Buffer.from(text);
    this.isAscii = this.bytes.length === text.length;
  }

  /** The character at a byte; never beyond the text. */
  characterAt(byte: number): number {
    const within = Math.min(Math.max(0, byte), this.bytes.length);
    return this.isAscii ? within : this.bytes.toString('utf8', 0, within).length;
  }

  /** The byte at a character; never beyond the text. */
  byteAt(character: number): number {
    const within = Math.min(Math.max(0, character), this.text.length);
    return this.isAscii ? within : Buffer.byteLength(this.text.slice(0, within));
  }
}
