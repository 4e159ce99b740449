import { EgressPolicy, type UpstreamTarget } from '#providers';
import { Injectable } from '@nestjs/common';
import type { Candidate } from '../routing/candidate.js';
import type { UpstreamCall } from './upstream-call.js';
import { rejectedUrl, unsendable } from './upstream-failures.js';

/** A token could not be fetched, or a request not be signed: like a provider that is not there. */
export class TargetUnavailableError extends Error {
  override readonly name = 'TargetUnavailableError';
}

/** Asks a candidate's adapter where a call goes, and the egress policy whether it may go there. */
@Injectable()
export class TargetFinder {
  constructor(private readonly egress: EgressPolicy) {}

  /**
   * The target of a call; a promise only where the adapter has to fetch or sign something.
   *
   * @throws GatewayError `bad_request` when the model provider's own configuration makes a call impossible, or asks for
   *   one that the egress policy refuses.
   * @throws TargetUnavailableError when the adapter failed to fetch what it needs.
   */
  find(candidate: Candidate, call: UpstreamCall, body: Buffer | undefined): UpstreamTarget | Promise<UpstreamTarget> {
    const { operation, dialect, streams, resource } = call;
    const { model, adapter, modelProvider } = candidate;
    const found = adapter.target(modelProvider, { operation, dialect, model, streams, body, ...resource });
    if (!(found instanceof Promise)) return this.check(candidate, found);
    return found.then(
      (target) => this.check(candidate, target),
      (cause: unknown) => {
        throw new TargetUnavailableError('the credential of the provider could not be made ready', { cause });
      },
    );
  }

  private check(candidate: Candidate, target: UpstreamTarget | { readonly refusal: string }): UpstreamTarget {
    if ('refusal' in target) throw unsendable(candidate, target.refusal);
    const refusal = this.egress.refusalOfUrl(target.origin);
    if (refusal !== undefined) throw unsendable(candidate, rejectedUrl(refusal));
    return target;
  }
}
