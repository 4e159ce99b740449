import { KeySource, type ConfigAnswer, type ResolveAnswer } from '#auth-cache';
import type { BudgetLedger } from '#budget';
import { createBudgetSnapshots } from '#gateway-protocol';

/** Tells the budget ledger what the control plane reports, at the moment when a configuration was freshly loaded. */
export class ObservingKeySource extends KeySource {
  constructor(
    private readonly source: KeySource,
    private readonly ledger: BudgetLedger,
  ) {
    super();
  }

  override resolveKey(presentedKey: string, signal: AbortSignal): Promise<ResolveAnswer> {
    return this.source.resolveKey(presentedKey, signal);
  }

  override async fetchConfig(
    virtualKeyId: string,
    etag: string | undefined,
    signal: AbortSignal,
  ): Promise<ConfigAnswer> {
    const answer = await this.source.fetchConfig(virtualKeyId, etag, signal);
    if (answer.kind === 'config') this.ledger.observe(createBudgetSnapshots(answer.config));
    return answer;
  }
}
