import {
  FAULT_NAMES,
  FAULTS,
  momentOf,
  type Fault,
  type FaultName,
  type WireName,
} from '../../libs/providers/src/testing/index.js';
import type { Pairing, Vendor } from './pairings.js';
import type { Walk } from './tenant.js';

/** How a request asks that a broken stream be rescued. */
export type Rescue = 'none' | 'continue' | 'restart' | 'buffered';

/** A fault that befalls one kind of answer of one pairing, and what was done about it beforehand. */
export interface Case {
  readonly pairing: Pairing;
  readonly fault: FaultName;
  readonly streams: boolean;
  readonly walk: Walk;
  readonly rescue: Rescue;
}

/** Faults after which the same provider is not all that is silent: they are told apart by a short time limit. */
const SILENT: ReadonlySet<FaultName> = new Set([
  'hang-before-headers',
  'hang-before-first-token',
  'stall-mid-stream',
] satisfies FaultName[]);

const WIRES: Readonly<Record<Vendor, WireName>> = {
  openai: 'openai-chat',
  azure: 'openai-responses',
  anthropic: 'anthropic-messages',
  gemini: 'gemini',
  bedrock: 'bedrock-converse',
};

/** Whether a fault is noticed by a time limit alone. */
export function isSilence({ fault }: Case): boolean {
  return SILENT.has(fault);
}

/** When the fault falls, as far as the client of a healthy gateway is concerned. */
export function momentOfCase(one: Case): Fault['moment'] {
  return spoilsItsEnd(one) ? 'after-content' : momentOf(one.fault, wireOf(one), one.streams);
}

/** Whether the fault breaks a stream off whose beginning the client has. */
export function breaksOff(one: Case): boolean {
  return one.streams && momentOf(one.fault, wireOf(one), true) === 'after-content';
}

/** Whether the provider's own documentation knows an answer that holds nothing, which is passed on then. */
export function mayBeEmpty(one: Case): boolean {
  return ['anthropic-messages', 'bedrock-converse'].includes(wireOf(one));
}

function wireOf({ pairing: { first, client } }: Case): WireName {
  return first === 'openai' && client === 'responses' ? 'openai-responses' : WIRES[first];
}

/**
 * An event that nobody can read is withheld. The last event of the Responses API repeats the text, so with bytes in it
 * that are no text the client is not told how the answer ended.
 */
function spoilsItsEnd(one: Case): boolean {
  return one.fault === 'invalid-utf8' && one.streams && one.pairing.straight && wireOf(one) === 'openai-responses';
}

/** Every fault for every kind of answer that it can befall, in the order of the catalogue. */
export function casesOf(
  pairings: readonly Pairing[],
  manner: Pick<Case, 'walk' | 'rescue'>,
  concerns: (one: Case) => boolean = () => true,
): readonly Case[] {
  return pairings.flatMap((pairing) =>
    FAULT_NAMES.flatMap((fault) => {
      const { answers }: Fault = FAULTS[fault];
      const kinds = answers === 'both' ? [false, true] : [answers === 'stream'];
      return kinds.map((streams) => ({ pairing, fault, streams, ...manner })).filter(concerns);
    }),
  );
}
