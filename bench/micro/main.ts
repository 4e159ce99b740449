/**
 * What does each step of the hot path cost by itself? One function each, no I/O, one core.
 *
 *   npm run build && npx node --expose-gc dist/bench/micro/main.js
 */
import { bench, do_not_optimize, run, summary } from 'mitata';
import { digestKey } from '#auth-cache';
import { SnapshotLedger, createShippedPriceBook, precheck } from '#budget';
import { configPayloadSchema, createBundle, type Bundle } from '#gateway-protocol';
import { SystemClock, SystemRandom, invariant } from '#kernel';
import {
  AdapterRegistry,
  ChatStreamTap,
  OpenAiCompatibleAdapter,
  SseFramer,
  encodeChatRequest,
  readChatRequest,
} from '#providers';
import { BreakerRegistry, walk, type AttemptResult, StopSource } from '#retry';
import { planRequest, type PlanInput } from '../../apps/gateway/src/routing/plan.js';
import { benchConfig, VIRTUAL_KEY_ID } from '../load/control-plane-double/bench-config.js';
import { BENCH_MODEL } from '../load/scenarios.js';
import { chatRequestOf, chatStreamOf } from './chat-samples.js';

const REQUEST_BYTES = 2048;
const STREAM_CHUNKS = 20;

const clock = new SystemClock();
const random = new SystemRandom();

benchKeys();
benchRequest();
benchBudget();
benchRouting();
benchStream();
await run();

function benchKeys(): void {
  bench('digest of a key', () => do_not_optimize(digestKey('vk-lw-live_01JBENCH000000000000000000')));
  // The same expression as in the exchange opener, which has no function of its own for it.
  bench('id of a request', () => do_not_optimize(`req_${Buffer.from(random.bytes(15)).toString('hex')}`));
}

function benchRequest(): void {
  const plain = chatRequestOf(REQUEST_BYTES, false);
  const streaming = chatRequestOf(REQUEST_BYTES, true);
  const read = readChatRequest(streaming);
  summary(() => {
    bench('scan of a 2 KB request', () => do_not_optimize(readChatRequest(plain)));
    bench('scan of a 2 KB request that streams', () => do_not_optimize(readChatRequest(streaming)));
    bench('JSON.parse of the same, for comparison', () => do_not_optimize(JSON.parse(plain.toString('utf8'))));
  });
  bench('splice of usage reporting into it', () => do_not_optimize(encodeChatRequest(read, BENCH_MODEL)));
}

function benchBudget(): void {
  const { budgets } = benchBundle();
  invariant(budgets.length === 3, 'the benchmark is about three budgets');
  const ledger = new SnapshotLedger({ clock });
  ledger.observe(budgets);
  bench('precheck of three budgets, all allowed', () => do_not_optimize(precheck(budgets, ledger))).gc('inner');
}

function benchRouting(): void {
  const input: PlanInput = {
    bundle: benchBundle(),
    operation: 'generate',
    requestedModel: BENCH_MODEL,
    budgetExcludedIds: undefined,
    adapters: new AdapterRegistry([new OpenAiCompatibleAdapter()]),
    prices: createShippedPriceBook(),
    nowMs: clock.now(),
  };
  const plan = planRequest(input);
  invariant(plan.kind === 'planned', 'the benchmark plans a request that is served');
  const breakers = new BreakerRegistry({ clock });
  const signal = new StopSource();
  const answer: Promise<AttemptResult<string, never>> = Promise.resolve({ kind: 'success', value: 'served' });
  bench('plan of a request', () => do_not_optimize(planRequest(input)));
  bench('walk, the first candidate serves', async () =>
    do_not_optimize(
      await walk({
        candidates: plan.candidates,
        breakerIdsOf: ({ modelProvider, model }) => [modelProvider.id, `${modelProvider.id}/${model}`],
        attempt: () => answer,
        breakers,
        signal,
        clock,
      }),
    ),
  );
}

function benchStream(): void {
  const events = chatStreamOf(STREAM_CHUNKS);
  const whole = Buffer.concat(events);
  bench('framing and reading a 20-chunk stream, one event a read', () => relay(events));
  bench('framing and reading a 20-chunk stream, one read', () => relay([whole]));
}

/** What the relay does with a stream, but for the sockets. */
function relay(reads: readonly Buffer[]): void {
  const tap = new ChatStreamTap();
  let bytes = 0;
  const framer = new SseFramer({
    onEvent: (event) => tap.onEvent(event),
    onBytes: (kept) => {
      bytes += kept.length;
    },
  });
  for (const read of reads) framer.push(read);
  framer.end();
  invariant(tap.facts.complete, 'the sample stream is complete');
  do_not_optimize(bytes);
}

function benchBundle(): Bundle {
  const config = configPayloadSchema.parse(benchConfig('http://127.0.0.1:1'));
  const claims = { vk_id: VIRTUAL_KEY_ID, org_id: 'org_bench', project_id: 'project_bench', exp: 4_102_444_800 };
  return createBundle(claims, config);
}
