export { Clock, SystemClock } from './clock.js';
export { InvariantError, invariant, unreachable } from './invariant-error.js';
export { Random, SystemRandom } from './random.js';
export { SeededRandom } from './testing/seeded-random.js';
export { VirtualClock } from './testing/virtual-clock.js';
