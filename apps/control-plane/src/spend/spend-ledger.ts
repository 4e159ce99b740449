import { Injectable, Logger } from '@nestjs/common';
import { Kysely } from 'kysely';
import { Clock } from '#kernel';
import type { SpendBatchResponse } from '#gateway-protocol';
import { PriceBook } from '#budget';
import type { DatabaseHandle } from '../database/database.js';
import type { Database } from '../database/schema.js';
import { DeclaredPrices } from '../model-providers/declared-prices.js';
import { keepPrices } from './applied-prices.js';
import { applyDebits } from './debits.js';
import { type ExplainedLine, keepExplanations } from './explanation.repository.js';
import { type LedgerLine, type LineContext, mergeLine } from './ledger-line.js';
import { insertLines, lockLines, replaceLines } from './ledger.repository.js';
import { type Rating, rate } from './rating.js';
import { type SpendDraft, type SpendRejection, readDrafts } from './spend-draft.js';
import { type ProjectFacts, type SpendFacts, readSpendFacts } from './spend-facts.js';

/** A million dollars for one request is a mistake, and would not fit the books for long. */
const COST_NANO_USD_MAX = 1_000_000n * 1_000_000_000n;

/** A draft with everything that its line needs. */
interface Entry {
  readonly draft: SpendDraft;
  readonly context: LineContext;
}

/** The ledger of record: takes what gateways report, rates it, and debits budgets (contract 3.12). */
@Injectable()
export class SpendLedger {
  private readonly logger = new Logger(SpendLedger.name);

  constructor(
    private readonly database: Kysely<Database>,
    private readonly book: PriceBook,
    private readonly declaredPrices: DeclaredPrices,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a batch in one transaction: all of its valid records, or none when it throws.
   *
   * Repeating a batch changes nothing, and so does a second outcome of a request; admit and outcome may come in any
   * order and in different batches.
   */
  async record(records: readonly unknown[]): Promise<SpendBatchResponse> {
    const { drafts, rejected } = readDrafts(records);
    const facts = await readSpendFacts(this.database, drafts);
    const refused: SpendRejection[] = [...rejected];
    const entries: Entry[] = [];
    for (const draft of drafts) {
      const entry = this.prepare(draft, facts);
      if (typeof entry === 'string') refused.push(...draft.indexes.map((index) => ({ index, code: entry })));
      else entries.push(entry);
    }
    await this.write(entries);
    if (refused.length > 0) this.logger.warn({ rejected: refused.length, codes: codesOf(refused) }, 'records rejected');
    return { accepted: records.length - refused.length, rejected: refused.toSorted((a, b) => a.index - b.index) };
  }

  /** Completes a draft, or answers the code by which it is rejected. */
  private prepare(draft: SpendDraft, facts: SpendFacts): Entry | 'unknown_project' | 'invalid_payload' {
    const project = facts.projects.get(draft.projectId);
    if (project === undefined) return 'unknown_project';
    const rating = this.rate(draft, project, facts);
    if (!agreesWith(draft, project) || (rating?.costNanoUsd ?? 0n) > COST_NANO_USD_MAX) return 'invalid_payload';
    const context = {
      organizationId: project.organizationId,
      teamId: project.teamId,
      principalOf: (virtualKeyId: string) => facts.principals.get(virtualKeyId) ?? null,
      rating,
      nowMs: this.clock.now(),
    };
    return { draft, context };
  }

  private rate({ admit, outcome }: SpendDraft, project: ProjectFacts, facts: SpendFacts): Rating | undefined {
    if (outcome === undefined) return undefined;
    const { payload } = outcome;
    const modelProvider = facts.modelProviders.get(payload.model_provider_id ?? '');
    return rate({
      outcome: outcome.kind,
      usage: payload.usage,
      model: payload.model || admit?.payload.model,
      modelProvider: modelProvider && this.declaredPrices.addTo(modelProvider),
      organizationId: project.organizationId,
      organizationDefaultPrice: project.defaultPrice,
      occurredAtMs: payload.occurred_at,
      book: this.book,
    });
  }

  private async write(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    // Before the transaction and apart from it: it must not hold locks that other batches wait for.
    await keepPrices(
      this.database,
      entries.flatMap(({ context }) => context.rating?.applied ?? []),
    );
    const debited = await this.database.transaction().execute((transaction) => this.writeLines(transaction, entries));
    const unpriced = debited.filter(({ pricing }) => pricing === 'unpriced');
    if (unpriced.length === 0) return;
    const models = [...new Set(unpriced.map(({ model }) => model))].slice(0, 10);
    this.logger.warn({ count: unpriced.length, models }, 'requests have no price and were recorded without a cost');
  }

  /** @returns The lines whose outcome became known, and which have a key, in this batch. */
  private async writeLines(transaction: DatabaseHandle, entries: readonly Entry[]): Promise<readonly LedgerLine[]> {
    const opened = entries.map(({ draft, context }) => this.settle(mergeLine(undefined, draft, context)));
    const inserted = await insertLines(transaction, opened);
    const repeated = entries.filter(({ draft }) => !inserted.has(draft.projectId, draft.gatewayRequestId));
    const held = await lockLines(
      transaction,
      repeated.map(({ draft }) => draft),
    );
    const changed = repeated.flatMap(({ draft, context }) => {
      const before = held.get(draft.projectId, draft.gatewayRequestId);
      const merged = mergeLine(before, draft, context);
      return merged === before || before === undefined ? [] : [{ draft, before, after: this.settle(merged) }];
    });
    await replaceLines(
      transaction,
      changed.map(({ after }) => after),
    );
    const debited = [
      ...opened.filter((line) => inserted.has(line.project_id, line.gateway_request_id) && line.debited_at !== null),
      ...changed.filter(({ before, after }) => before.debited_at === null && after.debited_at !== null).map(afterOf),
    ];
    const closing = [
      ...entries.map(({ draft }) => draft).filter((draft) => inserted.has(draft.projectId, draft.gatewayRequestId)),
      ...changed.filter(({ before, after }) => before.outcome === null && after.outcome !== null).map(draftOf),
    ];
    await keepExplanations(transaction, closing.flatMap(explainedLines), this.clock.now());
    await applyDebits(transaction, debited);
    return debited;
  }

  /** Marks a line as debited once it has both a cost and a key to debit for; it is debited in the same transaction. */
  private settle(line: LedgerLine): LedgerLine {
    if (line.debited_at !== null || line.outcome === null || line.virtual_key_id === null) return line;
    return { ...line, debited_at: new Date(this.clock.now()) };
  }
}

function afterOf({ after }: { readonly after: LedgerLine }): LedgerLine {
  return after;
}

function draftOf({ draft }: { readonly draft: SpendDraft }): SpendDraft {
  return draft;
}

/** One, or none for a draft whose outcome does not say how it came about. */
function explainedLines({ projectId, gatewayRequestId, outcome }: SpendDraft): ExplainedLine[] {
  const explanation = outcome?.payload.explanation;
  return explanation === undefined ? [] : [{ projectId, gatewayRequestId, explanation }];
}

/** The project decides whose money it is; a record that names another organization is confused. */
function agreesWith({ admit, outcome }: SpendDraft, project: ProjectFacts): boolean {
  const named = [admit?.payload.organization_id, outcome?.payload.organization_id];
  return named.every((id) => id === undefined || id === '' || id === project.organizationId);
}

function codesOf(rejected: readonly SpendRejection[]): readonly string[] {
  return [...new Set(rejected.map(({ code }) => code))];
}
