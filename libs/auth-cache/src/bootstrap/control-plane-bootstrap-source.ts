import {
  BOOTSTRAP_KEYS_DEFAULT,
  BootstrapPageError,
  bootstrapClaimsSchema,
  readBootstrapPage,
  splitBootstrapPage,
  type ControlPlaneAnswer,
  type ControlPlaneClient,
} from '#gateway-protocol';
import type { BundleVerifier } from '../bundle-verifier.js';
import { callFailure, unexpectedStatus } from '../control-plane-answer.js';
import type { SourceFailure } from '../key-source.js';
import { BootstrapSource, type BootstrapAnswer } from './bootstrap-source.js';

/** How long a page may take: it is a thousand times the work of a look-up, for which the client's own limit is meant. */
const PAGE_TIMEOUT_MS = 15_000;

/** Statuses of a control plane that does not list its keys. */
const UNSUPPORTED_STATUSES: ReadonlySet<number> = new Set([404, 405, 501]);

/** Reads the pages of `GET /bootstrap`. What is not signed by the control plane is not looked at. */
export class ControlPlaneBootstrapSource extends BootstrapSource {
  constructor(
    private readonly client: ControlPlaneClient,
    private readonly verifier: BundleVerifier,
  ) {
    super();
  }

  override async fetchPage(cursor: string | undefined, signal: AbortSignal): Promise<BootstrapAnswer> {
    let answer: ControlPlaneAnswer;
    try {
      answer = await this.client.request({
        method: 'GET',
        path: '/bootstrap',
        query: { cursor, limit: String(BOOTSTRAP_KEYS_DEFAULT) },
        headers: { 'accept-encoding': 'gzip' },
        timeoutMs: PAGE_TIMEOUT_MS,
        signal,
      });
    } catch (cause) {
      return unavailable(callFailure(cause, signal));
    }
    if (UNSUPPORTED_STATUSES.has(answer.status)) return { kind: 'not_supported' };
    if (answer.status !== 200) return unavailable(unexpectedStatus(answer));
    return this.read(answer.body);
  }

  private async read(text: string): Promise<BootstrapAnswer> {
    try {
      const { token, body } = splitBootstrapPage(text);
      const verification = await this.verifier.verifyAs(token, bootstrapClaimsSchema);
      if (verification.ok) return { kind: 'page', page: readBootstrapPage(body, verification.claims) };
      const { cause } = verification;
      return unavailable({ kind: 'bundle_rejected', detail: 'the token of the page failed verification', cause });
    } catch (cause) {
      if (!(cause instanceof BootstrapPageError)) throw cause;
      return unavailable({ kind: 'bad_answer', detail: cause.message, cause });
    }
  }
}

function unavailable(failure: SourceFailure): BootstrapAnswer {
  return { kind: 'unavailable', failure };
}
