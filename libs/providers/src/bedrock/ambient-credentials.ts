import type { Clock } from '#kernel';
import type { AwsCredentials } from './aws-credentials.js';

/** Credentials with less time left are fetched anew while they are still used. */
const REFRESH_BEFORE_MS = 5 * 60_000;

/** Credentials with less time left are not used any more: a request must reach AWS before they end. */
const UNUSABLE_BEFORE_MS = 30_000;

/** How long the sources of an identity may take together. */
const FETCH_MS_MAX = 10_000;

/**
 * The identity of the machine itself: environment, web identity, container or instance profile.
 *
 * It is fetched once and kept until shortly before it ends. However many requests wait for it, there is one fetch at a
 * time; near the end, requests go on with the old one meanwhile.
 */
export class AmbientCredentials {
  private kept: AwsCredentials | undefined;
  private flight: Promise<AwsCredentials> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly fetchCredentials: () => Promise<AwsCredentials>,
  ) {}

  /** The credentials, at once when there are good ones. Rejects when no source has any. */
  get(): AwsCredentials | Promise<AwsCredentials> {
    const { kept } = this;
    const msLeft = kept === undefined ? 0 : (kept.expiration?.getTime() ?? Infinity) - this.clock.now();
    if (kept === undefined || msLeft < UNUSABLE_BEFORE_MS) return this.refresh();
    // A refresh that fails is noticed when the old credentials are of no use any more.
    if (msLeft < REFRESH_BEFORE_MS) this.refresh().catch(() => undefined);
    return kept;
  }

  private refresh(): Promise<AwsCredentials> {
    this.flight ??= this.fetchInTime().finally(() => {
      this.flight = undefined;
    });
    return this.flight;
  }

  private async fetchInTime(): Promise<AwsCredentials> {
    const inTime = new AbortController();
    try {
      const fetched = await Promise.race([this.fetchCredentials(), this.giveUp(inTime.signal)]);
      this.kept = fetched;
      return fetched;
    } finally {
      inTime.abort();
    }
  }

  private async giveUp(inTime: AbortSignal): Promise<never> {
    await this.clock.sleep(FETCH_MS_MAX, inTime);
    throw new Error(`no AWS credentials within ${FETCH_MS_MAX} ms`);
  }
}
