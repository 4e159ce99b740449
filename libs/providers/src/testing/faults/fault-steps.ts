import { FAULTS, type AnswerFaultName } from './fault-catalogue.js';
import type { Stage } from '../stage.js';
import type { Step } from '../step.js';
import { BROKEN_FAULTS } from './broken-faults.js';
import { REFUSAL_FAULTS, type FaultSteps } from './refusal-faults.js';
import { STRANGE_FAULTS } from './strange-faults.js';
import { wholeSteps } from './whole-steps.js';

const STEPS: Readonly<Record<AnswerFaultName, FaultSteps>> = { ...REFUSAL_FAULTS, ...BROKEN_FAULTS, ...STRANGE_FAULTS };

/** Commits a fault; where it does not befall the kind of answer that is asked for, the answer is whole. */
export function faultSteps(name: AnswerFaultName, stage: Stage): Iterable<Step> {
  const { answers } = FAULTS[name];
  const befalls = answers === 'both' || (answers === 'stream') === stage.streams;
  return befalls ? STEPS[name](stage) : wholeSteps(stage);
}
