import type { ModelError } from '#providers';
import { TextJoint } from './text-joint.js';

/** A fresh answer said something else than what was sent already. */
export const RESTART_DIVERGED: ModelError = {
  kind: 'server',
  status: 502,
  message: 'The provider stopped in the middle of its answer, and a fresh answer went another way.',
  type: 'upstream_mid_stream_failure',
  code: 'upstream_mid_stream_failure',
};

/** A fresh answer, of which the client gets what it has not got yet, as long as it begins with what it has. */
export class RestartedEvents extends TextJoint {
  private compared = 0;

  protected override joinText(text: string): string | ModelError {
    const rest = this.sent.text.length - this.compared;
    if (rest === 0) return text;
    const common = Math.min(rest, text.length);
    const expected = this.sent.text.slice(this.compared, this.compared + common);
    if (!text.startsWith(expected)) return RESTART_DIVERGED;
    this.compared += common;
    return text.slice(common);
  }

  protected override problemAtEnd(): ModelError | undefined {
    return this.compared < this.sent.text.length ? RESTART_DIVERGED : undefined;
  }
}
