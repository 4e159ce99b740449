import { CHANGE_CURSORS_MAX, type ControlPlaneClient } from '#gateway-protocol';
import type { Clock, Random } from '#kernel';
import { ChangeLane } from './change-lane.js';
import { ChangeSource, type ChangeAnswer, type ChangePoll } from './change-source.js';
import { ControlPlaneChangeSource } from './control-plane-change-source.js';

/** How long a control plane that does not know shared polls is asked for one organization at a time. */
const UNSUPPORTED_MS = 600_000;

/** What a {@link MultiplexedChangeSource} needs from outside. */
export interface MultiplexedChangeSourcePorts {
  readonly client: ControlPlaneClient;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Follows the change feeds of all organizations over one connection per thousand of them (`POST /changes`).
 *
 * A control plane that does not know that is asked for each organization by itself; ten minutes later it is tried again.
 */
export class MultiplexedChangeSource extends ChangeSource {
  private readonly single: ControlPlaneChangeSource;
  private readonly lanes: ChangeLane[] = [];
  private unsupportedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly ports: MultiplexedChangeSourcePorts) {
    super();
    this.single = new ControlPlaneChangeSource(ports.client);
  }

  override get sharesConnections(): boolean {
    return this.ports.clock.monotonicMs() >= this.unsupportedUntilMs;
  }

  override poll(poll: ChangePoll, signal: AbortSignal): Promise<ChangeAnswer> {
    if (!this.sharesConnections) return this.single.poll(poll, signal);
    const lane = this.lanes.find(({ hasRoom }) => hasRoom) ?? this.addLane();
    return lane.poll(poll, signal);
  }

  private addLane(): ChangeLane {
    const onUnsupported = (): void => {
      this.unsupportedUntilMs = this.ports.clock.monotonicMs() + UNSUPPORTED_MS;
    };
    const lane = new ChangeLane({ ...this.ports, onUnsupported }, CHANGE_CURSORS_MAX);
    this.lanes.push(lane);
    return lane;
  }
}
