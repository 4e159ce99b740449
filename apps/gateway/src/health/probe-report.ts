/** Body of a kubelet probe (contract 2.3). */
export interface ProbeReport {
  readonly status: 'ok' | 'degraded' | 'draining';
  readonly version: string;
  readonly uptime_s: number;
  /** Left out when there is nothing to say. */
  readonly checks?: Readonly<Record<string, string>>;
}
