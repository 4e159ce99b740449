import { FakeUpstream } from './fake-upstream.js';

/**
 * The fake upstream as a process: prints one line `{"port":…}` once it listens, on the port of its first argument or on
 * a free one, and stops on SIGTERM or SIGINT.
 */
const upstream = await FakeUpstream.start({ port: Number(process.argv[2] ?? 0) });
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void upstream.stop());
}
process.stdout.write(`${JSON.stringify({ port: upstream.port })}\n`);
