import {
  configPayloadSchema,
  resolveKeyResponseSchema,
  type ControlPlaneAnswer,
  type ControlPlaneClient,
} from '#gateway-protocol';
import type { BundleVerifier } from './bundle-verifier.js';
import { bodyOf, callFailure, errorOf, isCallerRefused, unexpectedStatus } from './control-plane-answer.js';
import { KeySource, type ConfigAnswer, type ResolveAnswer, type SourceFailure } from './key-source.js';
import type { KeyRefusalReason } from './resolution.js';

/** Codes of a 403 that say what is wrong with a key; any other 403 counts as a revocation (contract 3.3). */
const FORBIDDEN_REASONS: ReadonlyMap<string | undefined, KeyRefusalReason> = new Map([
  ['virtual_key_disabled', 'virtual_key_disabled'],
  ['virtual_key_expired', 'virtual_key_expired'],
]);

/** Resolves keys at a control plane, as contract 3.3 to 3.5 lay down. */
export class ControlPlaneKeySource extends KeySource {
  constructor(
    private readonly client: ControlPlaneClient,
    private readonly verifier: BundleVerifier,
  ) {
    super();
  }

  override async resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer> {
    let answer: ControlPlaneAnswer;
    try {
      const body = JSON.stringify({ key_presented: presentedKey });
      answer = await this.client.request({ method: 'POST', path: '/resolve-key', body, signal });
    } catch (cause) {
      return unavailable(callFailure(cause, signal));
    }
    switch (answer.status) {
      case 200:
        return this.readIdentity(answer);
      case 401:
        // A wrong shared secret is our operator's trouble. Told to customers, it would make every key look invalid.
        return isCallerRefused(answer) ? unavailable(unexpectedStatus(answer)) : refused('invalid_api_key');
      case 404:
        return refused('invalid_api_key');
      case 403:
        return refused(FORBIDDEN_REASONS.get(errorOf(answer).code) ?? 'virtual_key_revoked');
      default:
        return unavailable(unexpectedStatus(answer));
    }
  }

  override async fetchConfig(
    virtualKeyId: string,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<ConfigAnswer> {
    let answer: ControlPlaneAnswer;
    try {
      const path = `/config/${encodeURIComponent(virtualKeyId)}`;
      const headers = etag === undefined ? {} : { 'if-none-match': etag };
      answer = await this.client.request({ method: 'GET', path, headers, signal });
    } catch (cause) {
      return unavailable(callFailure(cause, signal));
    }
    switch (answer.status) {
      case 200: {
        const body = bodyOf(answer, configPayloadSchema);
        if (!body.ok) return unavailable(body.failure);
        return { kind: 'config', config: body.value, etag: answer.headers['etag'] || undefined };
      }
      case 304:
        if (etag !== undefined) return { kind: 'not_modified' };
        return unavailable({ kind: 'bad_answer', detail: 'not modified, but the request was unconditional' });
      case 404:
        return { kind: 'not_found' };
      default:
        return unavailable(unexpectedStatus(answer));
    }
  }

  private async readIdentity(answer: ControlPlaneAnswer): Promise<ResolveAnswer> {
    const body = bodyOf(answer, resolveKeyResponseSchema);
    if (!body.ok) return unavailable(body.failure);
    const verification = await this.verifier.verify(body.value.jwt);
    if (verification.ok) return { kind: 'resolved', claims: verification.claims };
    const { cause } = verification;
    return unavailable({ kind: 'bundle_rejected', detail: 'the identity token failed verification', cause });
  }
}

function refused(reason: KeyRefusalReason): ResolveAnswer {
  return { kind: 'refused', reason };
}

function unavailable(failure: SourceFailure): { readonly kind: 'unavailable'; readonly failure: SourceFailure } {
  return { kind: 'unavailable', failure };
}
