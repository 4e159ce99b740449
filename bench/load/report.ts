import type { Measurement } from './measure.js';
import { spreadOf, type Round, type Spread, type Summary } from './summary.js';

const COLUMNS = ['', 'requests/s', 'p50 ms', 'p99 ms', 'µs CPU/request', 'core busy', 'RSS MB', 'failures'];
const WIDTHS = [17, 12, 8, 8, 16, 11, 8, 10];

/** The head of the table of rounds. */
export function describeColumns(): string {
  return line(COLUMNS);
}

/** One round as two lines of the table. */
export function describeRound(index: number, { bare, gateway }: Round): string {
  const ratio = gateway.requestsPerSecond / bare.requestsPerSecond;
  return `${row(`${index + 1} bare`, bare)}\n${row(`${index + 1} gateway`, gateway)}   ratio ${ratio.toFixed(3)}`;
}

/** All rounds of a scenario in a few lines. */
export function describeSummary(rounds: readonly Round[], summary: Summary): string {
  const { throughputRatio, saturatedRatio, cpuRatio, failures } = summary;
  const lines = [
    row('median bare', medianOf(rounds.map(({ bare }) => bare))),
    row('median gateway', medianOf(rounds.map(({ gateway }) => gateway))),
    '',
    `Throughput of the gateway over that of the bare proxy: ${describeSpread(throughputRatio)}`,
  ];
  if (saturatedRatio !== undefined) {
    lines.push(`  in the rounds in which both kept their core busy:    ${describeSpread(saturatedRatio)}`);
  }
  if (cpuRatio !== undefined)
    lines.push(`CPU per request, bare proxy over gateway:              ${describeSpread(cpuRatio)}`);
  lines.push(`Answers that were not 2xx, and errors: ${failures}`);
  const saturatedRounds = saturatedRatio?.rounds ?? 0;
  if (cpuRatio !== undefined && saturatedRounds < rounds.length) {
    lines.push(
      `Note: in only ${saturatedRounds} of ${rounds.length} rounds did both proxies keep their core busy. In the others something else`,
      'was the limit (the load, the provider, other work on the machine), which flatters the gateway.',
    );
  }
  return lines.join('\n');
}

function describeSpread({ median, min, max }: Spread): string {
  return `${median.toFixed(3)} (${min.toFixed(3)} .. ${max.toFixed(3)})`;
}

function medianOf(measurements: readonly Measurement[]): Measurement {
  const median = (read: (one: Measurement) => number): number => spreadOf(measurements.map(read)).median;
  const known = (read: (one: Measurement) => number | undefined): number | undefined =>
    measurements.some((one) => read(one) === undefined) ? undefined : median((one) => read(one) ?? 0);
  return {
    requests: median((one) => one.requests),
    requestsPerSecond: median((one) => one.requestsPerSecond),
    p50Ms: median((one) => one.p50Ms),
    p99Ms: median((one) => one.p99Ms),
    failures: measurements.reduce((sum, one) => sum + one.failures, 0),
    busyShare: known((one) => one.busyShare),
    cpuMicrosPerRequest: known((one) => one.cpuMicrosPerRequest),
    rssBytes: known((one) => one.rssBytes),
  };
}

function row(name: string, one: Measurement): string {
  return line([
    name,
    one.requestsPerSecond.toFixed(0),
    String(one.p50Ms),
    String(one.p99Ms),
    one.cpuMicrosPerRequest?.toFixed(0) ?? '-',
    one.busyShare === undefined ? '-' : `${(one.busyShare * 100).toFixed(0)} %`,
    one.rssBytes === undefined ? '-' : (one.rssBytes / 1e6).toFixed(0),
    String(one.failures),
  ]);
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, index) => (index === 0 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
    .join('');
}
