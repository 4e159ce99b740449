import type { Fleet, FleetGateway } from './fleet.js';
import type { RedisServer } from './redis-server.js';

/** Something that goes wrong, and how it is mended. */
export interface Fault {
  readonly name: string;
  /** What to know when reading its line of the table. */
  readonly note: string;
  readonly inject: () => Promise<void> | void;
  readonly mend: () => Promise<unknown> | void;
}

const nothing = (): void => undefined;

/** All faults of a run, in order. Those of Redis are among them when the fleet has one. */
export function faultsOf(fleet: Fleet): readonly Fault[] {
  const { controlPlane, postgres, redis } = fleet;
  return [
    { name: 'none', note: 'baseline', inject: nothing, mend: nothing },
    {
      name: 'control plane frozen',
      note: 'SIGSTOP, then SIGCONT',
      inject: () => controlPlane.freeze(),
      mend: () => controlPlane.thaw(),
    },
    {
      name: 'control plane killed',
      note: 'SIGKILL, then started again',
      inject: () => controlPlane.kill(),
      mend: () => controlPlane.start(),
    },
    {
      name: 'PostgreSQL frozen',
      note: 'every process of it, SIGSTOP, then SIGCONT',
      inject: () => postgres.freeze(),
      mend: () => postgres.thaw(),
    },
    ...(redis === undefined ? [] : redisFaults(redis)),
    ...fleet.gateways.slice(0, 1).flatMap(gatewayFaults),
  ];
}

function redisFaults(redis: RedisServer): readonly Fault[] {
  const { program } = redis;
  return [
    {
      name: 'Redis frozen',
      note: 'SIGSTOP, then SIGCONT',
      inject: () => program.freeze(),
      mend: () => program.thaw(),
    },
    {
      name: 'Redis killed',
      note: 'SIGKILL, then started again, empty',
      inject: () => program.kill(),
      mend: () => program.start(),
    },
    { name: 'Redis flushed', note: 'FLUSHALL', inject: () => redis.flush(), mend: nothing },
    {
      name: 'Redis restarted',
      note: 'SIGTERM and started again at once, empty',
      inject: async () => {
        await program.stop();
        await program.start();
      },
      mend: nothing,
    },
  ];
}

/** A third of the clients lose their gateway, and turn to another one. */
function gatewayFaults({ program }: FleetGateway): readonly Fault[] {
  return [
    {
      name: 'one gateway frozen',
      note: 'its clients turn to the others after 2 s, then at once',
      inject: () => program.freeze(),
      mend: () => program.thaw(),
    },
    {
      name: 'one gateway killed',
      note: 'its clients turn to the others; started again with its spool',
      inject: () => program.kill(),
      mend: () => program.start(),
    },
    {
      name: 'one gateway drained',
      note: 'SIGTERM; its clients turn to the others; started again',
      inject: () => program.stop(),
      mend: () => program.start(),
    },
  ];
}
