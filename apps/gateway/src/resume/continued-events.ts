import { TextJoint } from './text-joint.js';

/**
 * The answer of a model that was given the beginning and goes on from it. White space at the end of the beginning was
 * taken off before it was given, and was sent to the client already, so it is not sent again.
 */
export class ContinuedEvents extends TextJoint {
  /** The white space that was sent already, as far as the new text has not repeated it; undefined behind the joint. */
  private sentSpace: string | undefined = this.sent.text.slice(this.sent.text.trimEnd().length);

  protected override joinText(text: string): string {
    if (this.sentSpace === undefined) return text;
    const repeated = sameBeginning(this.sentSpace, text);
    this.sentSpace = repeated === text.length ? this.sentSpace.slice(repeated) : undefined;
    return text.slice(repeated);
  }

  protected override problemAtEnd(): undefined {
    return undefined;
  }
}

/** How many characters two texts have in common at their beginning. */
function sameBeginning(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}
