import { AnswerCollector } from '../../hub/answer-collector.js';
import type { ProviderCodec } from '../../spec/codec.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { contentOf, gistOf } from './answer-gist.js';
import { contractCase, ensure, ensureSame, type ContractCase } from './contract-case.js';
import { codecOf } from './contract-codecs.js';
import type { AdapterContractOptions, AnswerFixture } from './contract-options.js';
import { ensureEventRules, ensureUsageRules, tokensInAll } from './event-rules.js';
import { deepFreeze } from './freeze.js';
import { eventsOfFrames, framesOf } from './stream-frames.js';

/** Streams up to this length are cut at every byte, and longer ones at this many places. */
const CUTS_MAX = 4_096;

/** How recorded answers are read. */
export function answerCases(options: AdapterContractOptions): readonly ContractCase[] {
  return (options.answers ?? []).flatMap((fixture) => {
    const of = (guarantee: string): string => `${fixture.dialect}, ${fixture.name}: ${guarantee}`;
    const codec = (): ProviderCodec => {
      const found = codecOf(options, fixture.dialect);
      ensure(found !== undefined, `no codec reads "${fixture.dialect}"`);
      return found;
    };
    return [
      contractCase(of('plain and streamed, it is the same answer'), () => isSameAnswer(codec(), fixture)),
      contractCase(of('its events follow the rules'), () => ensureEventRules(eventsIn(codec(), fixture))),
      contractCase(of('no token is counted twice, and none is negative'), () => countsOnce(codec(), fixture)),
      contractCase(of('however its stream is cut into chunks, the events are the same'), () =>
        isSameHoweverCut(codec(), fixture),
      ),
      contractCase(of('a stream that was cut is not finished'), () => neverFinishesCut(codec(), fixture)),
    ];
  });
}

/** The frames of a fixture's stream. */
export function framesIn({ stream }: AnswerFixture): readonly StreamFrame[] {
  return typeof stream === 'string' ? framesOf([Buffer.from(stream)]) : stream;
}

function eventsIn(codec: ProviderCodec, fixture: AnswerFixture): readonly ModelEvent[] {
  return eventsOfFrames(codec.createStreamReader(), framesIn(fixture));
}

function isSameAnswer(codec: ProviderCodec, fixture: AnswerFixture): void {
  const plain = codec.readAnswer(deepFreeze(structuredClone(fixture.answer)));
  const streamed = collect(eventsIn(codec, fixture)).answer;
  ensure(streamed !== undefined, 'the stream gives no finished answer');
  ensureSame(gistOf(streamed), gistOf(plain), 'the streamed answer');
}

function countsOnce(codec: ProviderCodec, fixture: AnswerFixture): void {
  const answers: readonly (ModelAnswer | undefined)[] = [
    codec.readAnswer(structuredClone(fixture.answer)),
    collect(eventsIn(codec, fixture)).answer,
  ];
  for (const answer of answers) {
    if (answer?.usage === undefined) continue;
    ensureUsageRules(answer.usage);
    if (fixture.tokensInAll !== undefined) {
      ensureSame(tokensInAll(answer.usage), fixture.tokensInAll, 'the tokens of all buckets together');
    }
  }
}

/** A reader is given frames, so equal frames are equal events as long as the reader depends on nothing else. */
function isSameHoweverCut(codec: ProviderCodec, fixture: AnswerFixture): void {
  const expected = eventsIn(codec, fixture);
  ensureSame(eventsIn(codec, fixture), expected, 'read a second time');
  if (typeof fixture.stream !== 'string') return;
  const bytes = Buffer.from(fixture.stream);
  const frames = JSON.stringify(framesOf([bytes]));
  for (let cut = 1; cut < bytes.length; cut += Math.max(1, Math.ceil(bytes.length / CUTS_MAX))) {
    const cutFrames = JSON.stringify(framesOf([bytes.subarray(0, cut), bytes.subarray(cut)]));
    ensure(cutFrames === frames, `cut at byte ${cut}, the stream has other events`);
  }
  const read = (chunks: readonly Buffer[]): readonly ModelEvent[] =>
    eventsOfFrames(codec.createStreamReader(), framesOf(chunks));
  const single = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
  ensureSame(read(single), expected, 'byte by byte');
  ensureSame(read([Buffer.from(fixture.stream.replace(/\r?\n/g, '\r\n'))]), expected, 'with CRLF at the end of lines');
}

/** A stream that ends early may only count as finished when nothing that it says is missing. */
function neverFinishesCut(codec: ProviderCodec, fixture: AnswerFixture): void {
  const frames = framesIn(fixture);
  const whole = collect(eventsOfFrames(codec.createStreamReader(), frames)).answer;
  ensure(whole !== undefined, 'the whole stream gives no finished answer');
  for (let count = 0; count < frames.length; count += 1) {
    const events = eventsOfFrames(codec.createStreamReader(), frames.slice(0, count));
    ensureEventRules(events);
    const { answer } = collect(events);
    if (answer === undefined) continue;
    ensureSame(
      contentOf(answer.parts),
      contentOf(whole.parts),
      `the answer that counts as finished after ${count} frames`,
    );
    ensureSame(answer.finish.reason, whole.finish.reason, `why it ended after ${count} frames`);
  }
}

function collect(events: readonly ModelEvent[]): AnswerCollector {
  const collector = new AnswerCollector();
  for (const event of events) collector.push(event);
  return collector;
}
