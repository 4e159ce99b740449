import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { CALLED_WITH, FIXED_SENTENCE, type FakeUpstream } from '../../libs/providers/src/testing/index.js';
import { tokensOf } from '../../libs/providers/src/testing/model/usage-figures.js';
import type { Connection, Dialogue, Question, Reply, SdkClient } from './clients/sdk-client.js';
import type { ProviderRow } from './provider-rows.js';
import {
  IMAGE_DESCRIBED,
  IMAGE_PNG,
  IMAGE_TOKENS,
  reportOf,
  REPORT_SCHEMA,
  REPORT_WORD,
  SYSTEM,
  WEATHER_TOOL,
} from './scenario-fixtures.js';

/** What one cell of the matrix is tried on. */
export interface Trial {
  readonly client: SdkClient;
  /** To the row's provider. */
  readonly connection: Connection;
  readonly row: ProviderRow;
  /** The row's provider. */
  readonly upstream: FakeUpstream;
}

/** A column of the matrix: throws when anything is not as it must be, and may remark on what is. */
export type Scenario = (trial: Trial) => Promise<string | void>;

/** How long a provider may go on after its client left. */
const CANCELLED_MS_MAX = 2_000;

/** The columns, in their order. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  text: async (trial) => expectGreeting(trial, await open(trial, GREETING).plain()),
  stream: async (trial) => {
    const reply = await open(trial, GREETING).stream();
    expectGreeting(trial, reply);
    ok(reply.pieces > 1, `a stream of ${reply.pieces} pieces is none`);
  },
  tools: async (trial) => {
    await tryTools(trial, (dialogue) => dialogue.plain());
    await tryTools(trial, (dialogue) => dialogue.stream());
  },
  thinking: async (trial) => {
    const question = { text: 'The weather in both cities?', tool: WEATHER_TOOL, thinks: true };
    for (const delivery of ['plain', 'stream'] as const) {
      const dialogue = open(trial, question);
      const { calls } = await dialogue[delivery]();
      deepStrictEqual(
        calls.map(({ input }) => input),
        CALLED_WITH.map((city) => ({ city, unit: 'celsius' })),
      );
      dialogue.answerCalls(['18', '12']);
      expectQuoted(trial, await dialogue[delivery](), ['18', '12']);
    }
  },
  'image in': async (trial) => {
    const question = { text: 'What is this?', image: IMAGE_PNG };
    for (const reply of [await open(trial, question).plain(), await open(trial, question).stream()]) {
      strictEqual(reply.text, IMAGE_DESCRIBED);
      strictEqual(reply.inputTokens, 1 + tokensOf(question.text) + IMAGE_TOKENS, 'input tokens');
    }
  },
  structured: async (trial) => {
    const question = { text: 'Report.', answerSchema: REPORT_SCHEMA };
    for (const reply of [await open(trial, question).plain(), await open(trial, question).stream()]) {
      // An SDK may ask for structure by means of a tool; the scripted model writes another word into those.
      const word = reply.text.includes(CALLED_WITH[0]) ? CALLED_WITH[0] : REPORT_WORD;
      deepStrictEqual(JSON.parse(reply.text), reportOf(word));
      strictEqual(reply.finish, trial.client.words.stop);
    }
  },
  error: tryErrors,
  abort: tryAbort,
  embeddings: tryEmbeddings,
};

const GREETING: Question = { system: SYSTEM, text: 'Good morning!' };

function open({ client, connection }: Trial, question: Question): Dialogue {
  return client.open(connection, question);
}

/** The figures hold only when the system prompt arrived, once. */
function expectGreeting({ client }: Trial, reply: Reply): void {
  strictEqual(reply.text, FIXED_SENTENCE);
  strictEqual(reply.finish, client.words.stop);
  deepStrictEqual(reply.calls, []);
  strictEqual(reply.inputTokens, 1 + tokensOf(SYSTEM) + tokensOf(GREETING.text), 'input tokens');
  strictEqual(reply.outputTokens, tokensOf(FIXED_SENTENCE), 'output tokens');
}

/** Two calls at once, their results, one more call, its result. */
async function tryTools(trial: Trial, ask: (dialogue: Dialogue) => Promise<Reply>): Promise<void> {
  const dialogue = open(trial, { system: SYSTEM, text: 'The weather in both cities?', tool: WEATHER_TOOL });
  expectCalls(trial, await ask(dialogue), CALLED_WITH);
  dialogue.answerCalls(['18 "degrees"', '12 degrees\n🌧']);
  expectQuoted(trial, await ask(dialogue), ['18 "degrees"', '12 degrees\n🌧']);
  dialogue.say('And the weather tomorrow?');
  expectCalls(trial, await ask(dialogue), CALLED_WITH.slice(0, 1));
  dialogue.answerCalls(['Fair']);
  expectQuoted(trial, await ask(dialogue), ['Fair']);
}

function expectCalls({ client }: Trial, reply: Reply, cities: readonly string[]): void {
  const expected = cities.map((city) => ({ name: WEATHER_TOOL.name, input: { city, unit: 'celsius' } }));
  deepStrictEqual(
    reply.calls.map(({ name, input }) => ({ name, input })),
    expected,
  );
  strictEqual(reply.finish, client.words.toolCalls);
  const ids = reply.calls.flatMap(({ id }) => id ?? []);
  strictEqual(new Set(ids).size, ids.length, 'each call has an id of its own');
  const outputTokens = expected.reduce((sum, { name, input }) => sum + tokensOf(name + JSON.stringify(input)), 0);
  strictEqual(reply.outputTokens, outputTokens, 'output tokens');
}

function expectQuoted({ client }: Trial, reply: Reply, results: readonly string[]): void {
  strictEqual(reply.text, results.map((result) => `The tool answered: "${result}".`).join(' '));
  strictEqual(reply.finish, client.words.stop);
}

/** A status of the provider, one of the gateway's own, and an error in the middle of a stream. */
async function tryErrors(trial: Trial): Promise<void> {
  const { client, connection } = trial;
  const { errors } = client.words;
  for (const status of [400, 429] as const) {
    const failing = { ...connection, model: `${connection.model}-fault-status-${status}` };
    const expected = { name: errors[status], status };
    await expectRaised(client, () => client.open(failing, GREETING).plain(), expected);
    await expectRaised(client, () => client.open(failing, GREETING).stream(), expected);
  }
  const stranger = { ...connection, key: `${connection.key}x` };
  await expectRaised(client, () => client.open(stranger, GREETING).plain(), { name: errors[401], status: 401 });
  const breaking = { ...connection, model: `${connection.model}-fault-error-event-mid-stream` };
  let pieces = 0;
  const onPiece = (): void => void (pieces += 1);
  await rejects(client.open(breaking, GREETING).stream({ onPiece }), (error: unknown) => {
    ok(client.raised(error), `in mid-stream it raises its own error, not ${describe(error)}`);
    return true;
  });
  ok(pieces > 0, 'what came before the error was seen');
}

async function expectRaised(
  client: SdkClient,
  act: () => Promise<unknown>,
  expected: { readonly name: string; readonly status: number },
): Promise<void> {
  await rejects(act, (error: unknown) => {
    deepStrictEqual(client.raised(error) ?? describe(error), expected);
    return true;
  });
}

/** The client leaves after the first piece of a stream whose provider has gone silent. */
async function tryAbort({ client, connection, upstream }: Trial): Promise<void> {
  const mark = `Abort ${client.title}.`;
  const stalling = { ...connection, model: `${connection.model}-fault-stall-mid-stream` };
  const controller = new AbortController();
  const streaming = client.open(stalling, { text: mark }).stream({
    signal: controller.signal,
    onPiece: () => controller.abort(),
  });
  await rejects(streaming, (error: unknown) => {
    // Not a failed expectation of ours, nor an error that the provider sent.
    ok(controller.signal.aborted, `it fails before it is aborted: ${describe(error)}`);
    return true;
  });
  const gone = AbortSignal.timeout(CANCELLED_MS_MAX);
  await upstream
    .waitFor((requests) => requests.some(({ body, end }) => end === 'client-closed' && body.includes(mark)), gone)
    .catch(() => ok(false, `the provider still answers ${CANCELLED_MS_MAX} ms after its client left`));
}

async function tryEmbeddings({ client, connection, row }: Trial): Promise<string | undefined> {
  const { embed } = client;
  ok(embed, 'the SDK embeds');
  const target = { ...connection, model: row.embeddingModel };
  const remarks: string[] = [];
  const texts = row.embedsOneText === true ? ['The only text.'] : ['The first text.', 'The second.'];
  if (row.embedsOneText === true) {
    await rejects(embed(target, ['One.', 'Two.']), (error: unknown) => client.raised(error)?.status === 400);
    remarks.push('The model takes one text a request; several are refused: `unsupported_parameter`.');
  }
  const { vectors, inputTokens } = await embed(target, texts);
  strictEqual(vectors.length, texts.length);
  ok(vectors.flat().length > 0 && vectors.flat().every((one) => Number.isFinite(one)), 'numbers');
  strictEqual(
    new Set(vectors.map((vector) => JSON.stringify(vector))).size,
    texts.length,
    'each text has its own vector',
  );
  if (inputTokens !== undefined) {
    const tokens = texts.reduce((sum, text) => sum + tokensOf(text), 0);
    strictEqual(inputTokens, row.silentOnEmbeddings === true ? 0 : tokens, 'input tokens');
    if (row.silentOnEmbeddings === true) remarks.push('The provider does not tell how many tokens it read.');
  }
  return remarks.length === 0 ? undefined : remarks.join(' ');
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
