import { TextJoint } from './text-joint.js';

/**
 * The answer of a model that was given the beginning and goes on from it. White space at the end of the beginning was
 * taken off before it was given, and was sent to the client already, so it is not sent again.
 */
export class ContinuedEvents extends TextJoint {
  private begun = false;

  protected override joinText(text: string): string {
    if (this.begun) return text;
    this.begun = true;
    const sentSpace = this.sent.text.slice(this.sent.text.trimEnd().length);
    return text.startsWith(sentSpace) ? text.slice(sentSpace.length) : text;
  }

  protected override problemAtEnd(): undefined {
    return undefined;
  }
}
