import { ControlPlaneClient } from '#gateway-protocol';
import { SystemClock, SystemRandom } from '#kernel';
import { writeSync } from 'node:fs';
import { ControlPlaneSpendShipper } from '../drain/control-plane-spend-shipper.js';
import { RejectedLog } from '../drain/rejected-log.js';
import { SpendDrainer } from '../drain/spend-drainer.js';
import { SpendJournal } from '../spend-journal.js';
import { SpendLifecycle } from '../spend-lifecycle.js';
import { SpoolDirectory } from '../spool/spool-directory.js';
import { Spool } from '../spool/spool.js';
import { admitOf, confirmOf, turn } from './spend-fixtures.js';

/**
 * A process that journals spend as fast as it can until it is killed, and says on its output what it was promised:
 * `admit <id>` once an admit returned, `outcome <id>` once the turn of an outcome is over. With the task `finish` it only
 * recovers, ships everything and ends.
 *
 * Arguments: task, prefix of the request ids, spool folder, control plane URL, shared secret.
 */
const [task = '', prefix = '', dir = '', baseUrl = '', secret = ''] = process.argv.slice(2);
const FLUSH_INTERVAL_MS = 20;
const CLOSE_DEADLINE_MS = 60_000;
const REQUESTS_AT_ONCE = 40;

const clock = new SystemClock();
const random = new SystemRandom();
const config = { enabled: true, dir, maxBytes: 64 * 1024 * 1024, flushIntervalMs: FLUSH_INTERVAL_MS, podId: undefined };
const client = new ControlPlaneClient({ baseUrl, secret, nodeId: 'gw-a', version: '0.0.0', clock });
const onEvent = (): void => undefined;
const spool = new Spool({ directory: new SpoolDirectory(dir), maxBytes: config.maxBytes, clock, random, onEvent });
const shipper = new ControlPlaneSpendShipper(client);
const drainer = new SpendDrainer({ spool, shipper, rejectedLog: new RejectedLog(dir), clock, random, onEvent });
const lifecycle = new SpendLifecycle({ config, spool, drainer, clock });
const journal = new SpendJournal({ spool, onEvent, strict: true });

lifecycle.start();
if (!lifecycle.health.ok) throw new Error(lifecycle.health.reason);
if (task === 'serve') await serve();
const report = await lifecycle.close(AbortSignal.timeout(CLOSE_DEADLINE_MS));
say(`closed ${report.waitingRecords} ${report.openRequests} ${drainer.rejectedTotal}`);
await client.close();

async function serve(): Promise<never> {
  const running: string[] = [];
  for (let request = 0; ; request += 1) {
    const id = `${prefix}-${request}`;
    await journal.admit(admitOf(id));
    say(`admit ${id}`);
    running.push(id);
    const ended = running.length > REQUESTS_AT_ONCE || random.next() < 0.7 ? finishOne(running) : undefined;
    await turn();
    if (ended !== undefined) say(`outcome ${ended}`);
  }
}

function finishOne(running: string[]): string | undefined {
  const [id] = running.splice(Math.floor(random.next() * running.length), 1);
  if (id !== undefined) journal.confirm(confirmOf(id));
  return id;
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
