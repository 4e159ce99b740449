/** The gateway's build version, as it names itself to clients, providers and the control plane. Also its Nest token. */
export class GatewayVersion {
  /** @param text A semantic version. */
  constructor(readonly text: string) {}

  /** The `User-Agent` of every call that the gateway makes. */
  get userAgent(): string {
    return `langwatch-aigateway/${this.text}`;
  }
}
