/** Something that must be done before the gateway counts as started. */
export abstract class StartupStep {
  /** Name of the step, as probes and the log show it. */
  abstract readonly name: string;

  /**
   * Does it, however long that takes; a step with a limit of its own ends by itself and says so in the log.
   *
   * @param report Takes what is being waited for, one sentence for the probe: no secret in it.
   * @param signal Aborts when the process stops; the step then rejects or resolves soon.
   */
  abstract run(report: (detail: string) => void, signal: AbortSignal): Promise<void>;
}
