/**
 * Loaded before the gateway and the control plane when they run as children of `npm start`: ends them in order when the
 * channel to their parent closes, which it does however the parent ended, and by force when that takes too long.
 */
import { SystemClock } from '#kernel';

const GRACE_MS = 3_000;

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  void new SystemClock().sleep(GRACE_MS).then(() => process.kill(process.pid, 'SIGKILL'));
});
