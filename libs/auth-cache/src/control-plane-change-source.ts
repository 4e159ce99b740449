import {
  REVISION_HEADER,
  changesResponseSchema,
  type ControlPlaneAnswer,
  type ControlPlaneClient,
} from '#gateway-protocol';
import { ChangeSource, type ChangeAnswer, type ChangePoll } from './change-source.js';
import { bodyOf, callFailure, unexpectedStatus } from './control-plane-answer.js';

/** How much longer than the hold a poll may take before it counts as lost. */
const POLL_MARGIN_MS = 5_000;

/** A revision as it travels: decimal digits that fit 64 bits. */
const REVISION = /^\d{1,19}$/;

/** Long-polls the change feed of a control plane (contract 3.7). */
export class ControlPlaneChangeSource extends ChangeSource {
  constructor(private readonly client: ControlPlaneClient) {
    super();
  }

  override async poll(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer> {
    let answer: ControlPlaneAnswer;
    try {
      answer = await this.client.request({
        method: 'GET',
        path: '/changes',
        query: {
          organization_id: poll.organizationId,
          since: poll.since,
          timeout_s: String(poll.timeoutSeconds),
        },
        timeoutMs: poll.timeoutSeconds * 1000 + POLL_MARGIN_MS,
        signal,
      });
    } catch (cause) {
      return { kind: 'unavailable', failure: callFailure(cause, signal) };
    }
    if (answer.status === 204) return readQuiet(answer.headers[REVISION_HEADER] || undefined);
    if (answer.status !== 200) return { kind: 'unavailable', failure: unexpectedStatus(answer) };
    const body = bodyOf(answer, changesResponseSchema);
    if (!body.ok) return { kind: 'unavailable', failure: body.failure };
    const cursor = body.value.current_revision;
    if (!REVISION.test(cursor)) return unreadableRevision();
    return { kind: 'changes', cursor, changes: body.value.changes };
  }
}

function readQuiet(cursor: string | undefined): ChangeAnswer {
  return cursor === undefined || REVISION.test(cursor) ? { kind: 'quiet', cursor } : unreadableRevision();
}

function unreadableRevision(): ChangeAnswer {
  return { kind: 'unavailable', failure: { kind: 'bad_answer', detail: 'the revision is not a decimal number' } };
}
