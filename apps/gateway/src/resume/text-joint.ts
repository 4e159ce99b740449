import type { ModelError, ModelEvent } from '#providers';
import type { EventJoint, SentAnswer } from './event-joint.js';

/**
 * What both ways to go on have in common: the client's answer has begun, so a second beginning and a second train of
 * thought are left out, and the first text goes on in the text that is open.
 */
export abstract class TextJoint implements EventJoint {
  /** The part of the new answer that goes on in the open text. */
  private joined: number | undefined;
  private seenText = false;

  constructor(
    protected readonly sent: SentAnswer,
    private readonly firstPart: number,
  ) {}

  join(event: ModelEvent): readonly ModelEvent[] | ModelError {
    switch (event.kind) {
      case 'answer-start':
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        return [];
      case 'text-start':
        return this.startText(event);
      case 'text-delta': {
        const text = this.joinText(event.text);
        if (typeof text !== 'string') return text;
        return text === '' ? [] : [{ ...event, part: this.numberOf(event.part), text }];
      }
      case 'usage':
      case 'error':
        return [event];
      case 'finish':
        return this.problemAtEnd() ?? [event];
      case 'text-citation':
      case 'text-end':
        return [{ ...event, part: this.numberOf(event.part) }];
      default:
        return this.problemAtEnd() ?? [{ ...event, part: this.numberOf(event.part) }];
    }
  }

  /** What is new in the next piece of text; an error when it contradicts what was sent. */
  protected abstract joinText(text: string): string | ModelError;

  /** What is wrong with the text being over here; undefined when nothing is. */
  protected abstract problemAtEnd(): ModelError | undefined;

  private startText(event: Extract<ModelEvent, { kind: 'text-start' }>): readonly ModelEvent[] {
    const first = !this.seenText;
    this.seenText = true;
    if (first && this.sent.openText !== undefined) {
      this.joined = event.part;
      return [];
    }
    return [{ ...event, part: this.numberOf(event.part) }];
  }

  private numberOf(part: number): number {
    return part === this.joined && this.sent.openText !== undefined ? this.sent.openText : this.firstPart + part;
  }
}
