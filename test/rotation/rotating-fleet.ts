import { SystemClock } from '#kernel';
import { chat } from '../support/chat.js';
import type { CreatedKey } from '../support/management-client.js';
import type { Server } from '../support/server.js';
import { ServerProcess } from '../support/server-process.js';
import { SECRETS, Stack } from '../support/stack.js';

type Settings = Readonly<Record<string, string>>;

const GATEWAYS = 2;
const KEYS = 4;
const WORKERS = 4;
const PAUSE_MS = 10;

/** A gateway leaves the balancer before it is told to end, as a rolling update does it. */
const GATEWAY_SETTINGS: Settings = { SERVER_DRAIN_DELAY_SECONDS: '1' };

/** Two gateways and a control plane whose settings change one process at a time, while clients go on. */
export class RotatingFleet {
  /** What went wrong, in words; empty when no request failed. */
  readonly failures: string[] = [];
  /** Requests that were answered well. */
  served = 0;
  private readonly clock = new SystemClock();
  private readonly ending = new AbortController();
  private load: Promise<unknown> = Promise.resolve();
  private controlPlaneSettings: Settings = {};
  private gatewaySettings: Settings = GATEWAY_SETTINGS;

  private constructor(
    private readonly stack: Stack,
    private readonly gateways: Server[],
    /** Keys that were there from the beginning. */
    readonly keys: readonly CreatedKey[],
  ) {}

  /** Starts everything, with keys that both gateways hold, and the load. */
  static async start(): Promise<RotatingFleet> {
    const stack = await Stack.start();
    try {
      const gateways: Server[] = [];
      for (let count = 0; count < GATEWAYS; count += 1) gateways.push(await stack.startGateway(GATEWAY_SETTINGS));
      const keys: CreatedKey[] = [];
      for (let count = 0; count < KEYS; count += 1) keys.push(await stack.addKey());
      const fleet = new RotatingFleet(stack, gateways, keys);
      await fleet.presentOldKeys();
      fleet.load = Promise.all(Array.from({ length: WORKERS }, (_, worker) => fleet.work(worker)));
      return fleet;
    } catch (error) {
      await stack.dispose();
      throw error;
    }
  }

  /** Starts the control plane again, with `changes` to its settings from now on. An empty text unsets a variable. */
  async changeControlPlane(changes: Settings): Promise<void> {
    this.controlPlaneSettings = { ...this.controlPlaneSettings, ...changes };
    await this.stack.controlPlane.stop();
    await this.stack.controlPlane.start(this.controlPlaneSettings);
  }

  /** Replaces the gateways one after another: a new one is there before an old one is drained. */
  async changeGateways(changes: Settings = {}): Promise<void> {
    this.gatewaySettings = { ...this.gatewaySettings, ...changes };
    for (let index = 0; index < this.gateways.length; index += 1) {
      const replacement = await this.stack.startGateway(this.gatewaySettings);
      const [replaced] = this.gateways.splice(index, 1, replacement);
      await replaced?.stop();
    }
  }

  /** Runs a program of the control plane with its settings of now. Rejects with its output when it fails. */
  async runProgram(main: string): Promise<void> {
    const program = ServerProcess.spawn({
      main,
      environment: { ...this.stack.controlPlane.environment, ...this.controlPlaneSettings },
    });
    const { code } = await program.exited;
    if (code !== 0) throw new Error(`${main} ended with ${code}:\n${program.output}`);
  }

  /** Presents every key from the beginning at every gateway. */
  async presentOldKeys(): Promise<void> {
    for (const key of this.keys) await this.presentEverywhere(key, 'an old key');
  }

  /** Makes a key and presents it at every gateway, each of which must ask the control plane about it. */
  async presentNewKey(): Promise<void> {
    await this.presentEverywhere(await this.stack.addKey(), 'a new key');
  }

  /** Ends the load and every process. */
  async dispose(): Promise<void> {
    this.ending.abort();
    await this.load;
    await this.stack.dispose();
  }

  private async presentEverywhere(key: CreatedKey, what: string): Promise<void> {
    for (const gateway of this.gateways) await this.present(gateway, key, what);
  }

  private async work(worker: number): Promise<void> {
    for (let turn = worker; !this.ending.signal.aborted; turn += 1) {
      const gateway = this.gateways[turn % this.gateways.length];
      const key = this.keys[turn % this.keys.length];
      if (gateway !== undefined && key !== undefined) await this.present(gateway, key, 'a warm key');
      await this.clock.sleep(PAUSE_MS);
    }
  }

  private async present(gateway: Server, key: CreatedKey, what: string): Promise<void> {
    const { status, code } = await chat(gateway, key.secret);
    if (status === 200) this.served += 1;
    else this.failures.push(`${what} at ${gateway.url}: ${status} ${code ?? ''}`);
  }
}

/** A secret like `SECRETS[name]`, but another one. */
export function anotherSecret(name: Exclude<keyof typeof SECRETS, 'providerKey'>): string {
  return name === 'sealingKey' ? Buffer.alloc(32, 'another-sealing').toString('base64') : `another-${SECRETS[name]}`;
}
