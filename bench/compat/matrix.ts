import type { Clock } from '#kernel';
import { FakeUpstream } from '../../libs/providers/src/testing/index.js';
import { SDK_CLIENTS } from './clients/index.js';
import type { SdkClient } from './clients/sdk-client.js';
import { observe, type Observed } from './observed-fetch.js';
import { PROVIDER_ROWS, UPSTREAM_KEY, type ProviderRow } from './provider-rows.js';
import { startRig, type Rig } from './rig.js';
import { SCENARIOS, type Trial } from './scenarios.js';

/** How one cell came out. */
export type Outcome =
  | { readonly kind: 'works'; readonly dropped: readonly string[]; readonly remark: string | undefined }
  /** The gateway said no, in a documented way. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'failed'; readonly problem: string };

/** One cell of the matrix. */
export interface Cell {
  readonly client: SdkClient;
  readonly row: ProviderRow;
  readonly scenario: string;
  readonly outcome: Outcome;
}

/** Which cells are tried. */
export interface MatrixFilter {
  /** A part of the rows' titles. Default: all. */
  readonly row?: string | undefined;
  /** A part of the clients' titles. Default: all. */
  readonly client?: string | undefined;
  /** The name of a scenario. Default: all. */
  readonly scenario?: string | undefined;
}

/** Cells that are tried at a time. */
const AT_ONCE = 10;

/** How long one cell may take: a client that waits for ever is a failure like any other. */
const CELL_MS_MAX = 20_000;

/** Refusals that `docs/errors.md` explains as the client's choice of model and request. */
const REFUSALS: ReadonlySet<string> = new Set(['unsupported_parameter', 'model_provider_not_bound']);

/** Tries every cell on a running product, a few at a time. */
export async function runMatrix(clock: Clock, filter: MatrixFilter = {}): Promise<readonly Cell[]> {
  await using stack = new AsyncDisposableStack();
  const rig = stack.use(await startRig(clock));
  const rows = PROVIDER_ROWS.filter(({ title }) => title.includes(filter.row ?? ''));
  const open = await Promise.all(rows.map((row) => openRow(row, rig, stack)));
  const plans = SDK_CLIENTS.filter(({ title }) => title.includes(filter.client ?? '')).flatMap((client) =>
    open.flatMap((opened) =>
      scenariosOf(client)
        .filter((scenario) => scenario === (filter.scenario ?? scenario))
        .map((scenario) => ({ client, scenario, ...opened })),
    ),
  );
  const cells: Cell[] = [];
  const waiting = plans.entries();
  const work = async (): Promise<void> => {
    for (const [index, { client, scenario, row, upstream, key }] of waiting) {
      const connection = { url: rig.gatewayUrl, key, model: row.model };
      const trial = { client, connection, row, upstream };
      cells[index] = { client, row, scenario, outcome: await tryCell(scenario, trial, clock) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return cells;
}

/** The scenarios that an SDK has an interface for. */
export function scenariosOf({ embed }: SdkClient): readonly string[] {
  return Object.keys(SCENARIOS).filter((name) => name !== 'embeddings' || embed !== undefined);
}

interface OpenRow {
  readonly row: ProviderRow;
  readonly upstream: FakeUpstream;
  /** A virtual key that reaches this row alone. */
  readonly key: string;
}

async function openRow(row: ProviderRow, rig: Rig, stack: AsyncDisposableStack): Promise<OpenRow> {
  const upstream = await FakeUpstream.start({ key: UPSTREAM_KEY, usage: row.usage ?? 'asked' });
  stack.defer(() => upstream.stop());
  const { management, serviceAccount } = rig;
  const body = row.create({ upstreamUrl: upstream.url, serviceAccount });
  const providerId = await management.createModelProvider({ name: row.title, ...body });
  const { secret } = await management.createVirtualKey({ config: { providersAllowed: [providerId] } });
  return { row, upstream, key: secret };
}

async function tryCell(scenario: string, trial: Trial, clock: Clock): Promise<Outcome> {
  const observed: Observed = { dropped: new Set(), refusal: undefined };
  try {
    const remark = await observe(observed, () => withinDeadline(clock, async () => SCENARIOS[scenario]?.(trial)));
    return { kind: 'works', dropped: [...observed.dropped].sort(), remark: remark ?? undefined };
  } catch (error) {
    const { refusal } = observed;
    if (refusal !== undefined && REFUSALS.has(refusal.code)) {
      return { kind: 'refused', code: refusal.code, message: refusal.message };
    }
    return { kind: 'failed', problem: problemOf(error, observed) };
  }
}

async function withinDeadline<Result>(clock: Clock, act: () => Promise<Result>): Promise<Result> {
  const done = new AbortController();
  const overdue = clock.sleep(CELL_MS_MAX, done.signal).then((): never => {
    throw new Error(`it takes longer than ${CELL_MS_MAX} ms`);
  });
  try {
    return await Promise.race([act(), overdue]);
  } finally {
    done.abort();
    // The sleep that nobody waits for any more ends with the reason of its abort.
    overdue.catch(() => undefined);
  }
}

function problemOf(error: unknown, { refusal }: Observed): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return refusal === undefined ? words : `${words} (the gateway said ${refusal.status} ${refusal.code})`;
}
