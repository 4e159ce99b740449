/** Whether spans are recorded, decided before Nest is built. Also its Nest token. */
export class TracingOptions {
  constructor(readonly enabled: boolean) {}
}
