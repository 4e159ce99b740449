/** Whether this replica is on its way out: readiness says so, and connections are not kept. Also its Nest token. */
export class DrainState {
  private isDraining = false;

  /** True from the signal on, for good. */
  get draining(): boolean {
    return this.isDraining;
  }

  /** Starts draining; there is no way back. */
  begin(): void {
    this.isDraining = true;
  }
}
