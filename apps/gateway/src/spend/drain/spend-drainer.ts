import type { Clock, Random } from '#kernel';
import { backoffMs, type BackoffRange } from '#retry';
import { describeFailure, type SpendEventSink } from '../spend-event.js';
import type { SealedSegment } from '../spool/sealed-segment.js';
import { parseSpoolLine, wholeLines } from '../spool/spool-line.js';
import type { Spool } from '../spool/spool.js';
import { batchesOf } from './batches.js';
import type { RejectedLog } from './rejected-log.js';
import type { SpendShipper } from './spend-shipper.js';

const IDLE_MS = 1_000;
const RUNNING_BACKOFF: BackoffRange = { minMs: 1_000, baseMs: 2_000, maxMs: 60_000 };
/** While the gateway shuts down there is a deadline to beat, so it tries again sooner. */
const CLOSING_BACKOFF: BackoffRange = { minMs: 100, baseMs: 200, maxMs: 2_000 };

/** How to build a {@link SpendDrainer}. */
export interface SpendDrainerOptions {
  readonly spool: Spool;
  readonly shipper: SpendShipper;
  readonly rejectedLog: RejectedLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent: SpendEventSink;
}

/** What one step of draining came to. */
export type DrainStep =
  { readonly kind: 'shipped' } | { readonly kind: 'empty' } | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * Ships the spool's segments, oldest first and one at a time, at least once each.
 *
 * A record that can never be accepted is counted, reported and kept in the rejected log, and holds up nothing behind it.
 */
export class SpendDrainer {
  /** Records that the control plane took, now or in an earlier delivery. */
  shippedTotal = 0;
  /** Records that the control plane will never take. */
  rejectedTotal = 0;

  constructor(private readonly options: SpendDrainerOptions) {}

  /** Ships whatever gets sealed until `stop` aborts; then it ends after the batch that is on its way, or on `cut`. */
  async run(stop: AbortSignal, cut: AbortSignal): Promise<void> {
    let failures = 0;
    while (!stop.aborted) {
      const step = await this.drainOnce(cut, stop);
      failures = step.kind === 'unavailable' ? failures + 1 : 0;
      if (step.kind === 'shipped') continue;
      const waitMs = step.kind === 'empty' ? IDLE_MS : this.announceRetry(step.reason, failures, RUNNING_BACKOFF);
      await this.pause(waitMs, stop);
    }
  }

  /**
   * Seals and ships until nothing is left or `deadline` aborts, obeying a short back-off. Not while {@link run} runs.
   *
   * @returns How many records are left on disk, for the next process to ship.
   */
  async flush(deadline: AbortSignal): Promise<number> {
    const { spool } = this.options;
    let failures = 0;
    await spool.seal();
    while (!deadline.aborted) {
      const step = await this.drainOnce(deadline, deadline);
      failures = step.kind === 'unavailable' ? failures + 1 : 0;
      if (step.kind === 'unavailable') {
        await this.pause(this.announceRetry(step.reason, failures, CLOSING_BACKOFF), deadline);
      }
      if (step.kind === 'empty' && spool.waitingRecords === 0) break;
      await spool.seal();
      // A disk that refuses the last records refuses the seal as well: there is nothing to wait for.
      if (step.kind === 'empty' && spool.oldest() === undefined) break;
    }
    return spool.waitingRecords;
  }

  /** Ships the oldest segment, or what is left of it. `pause` ends the work between batches, `cut` the batch itself. */
  async drainOnce(cut: AbortSignal, pause: AbortSignal = cut): Promise<DrainStep> {
    const segment = this.options.spool.oldest();
    if (segment === undefined) return { kind: 'empty' };
    try {
      return await segment.during(() => this.drainSegment(segment, cut, pause));
    } catch (error) {
      return { kind: 'unavailable', reason: describeFailure(error) };
    }
  }

  private async drainSegment(segment: SealedSegment, cut: AbortSignal, pause: AbortSignal): Promise<DrainStep> {
    const content = await this.options.spool.read(segment);
    if (content === undefined) {
      this.options.spool.dropMissing(segment);
      return { kind: 'shipped' };
    }
    const lines = wholeLines(content).slice(segment.acknowledged);
    for (const batch of batchesOf(lines)) {
      const trouble = await this.shipBatch(segment, batch, cut);
      if (trouble !== undefined) return { kind: 'unavailable', reason: trouble };
      if (pause.aborted && segment.remaining > 0) return { kind: 'shipped' };
    }
    this.options.spool.discard(segment);
    return { kind: 'shipped' };
  }

  /** Ships a batch; one that is refused as a whole is halved until the poison is alone. Returns why it could not be shipped. */
  private async shipBatch(segment: SealedSegment, batch: string[], cut: AbortSignal): Promise<string | undefined> {
    const answer = await this.options.shipper.ship(batch, cut);
    switch (answer.kind) {
      case 'unavailable':
        return answer.reason;
      case 'accepted': {
        const rejected = answer.rejected.filter(({ index }) => index < batch.length);
        for (const { index, code } of rejected) await this.reject(batch[index] ?? '', index, code);
        this.shippedTotal += batch.length - rejected.length;
        segment.acknowledge(batch.length);
        return undefined;
      }
      case 'refused': {
        if (batch.length > 1) {
          const middle = Math.ceil(batch.length / 2);
          const trouble = await this.shipBatch(segment, batch.slice(0, middle), cut);
          return trouble ?? (await this.shipBatch(segment, batch.slice(middle), cut));
        }
        await this.reject(batch[0] ?? '', 0, answer.code);
        segment.acknowledge(1);
        return undefined;
      }
    }
  }

  private async reject(line: string, index: number, code: string): Promise<void> {
    const { onEvent, rejectedLog } = this.options;
    this.rejectedTotal += 1;
    const payload = parseSpoolLine(line)?.payload;
    const ids = { requestId: payload?.gateway_request_id, projectId: payload?.project_id };
    onEvent({ kind: 'record_rejected', code, index, ...ids });
    try {
      await rejectedLog.add(line, code);
    } catch (error) {
      onEvent({ kind: 'rejected_log_failed', reason: describeFailure(error) });
    }
  }

  private announceRetry(reason: string, failures: number, range: BackoffRange): number {
    const retryInMs = Math.round(backoffMs(range, failures, this.options.random));
    this.options.onEvent({ kind: 'ship_failed', reason, retryInMs });
    return retryInMs;
  }

  private async pause(durationMs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.options.clock.sleep(durationMs, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
