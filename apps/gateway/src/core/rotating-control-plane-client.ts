import {
  ControlPlaneClient,
  errorEnvelopeSchema,
  type ControlPlaneAnswer,
  type ControlPlaneCall,
  type ControlPlaneClientOptions,
} from '#gateway-protocol';

/** The type by which the control plane says that it refuses the caller, not what was asked (contract 3.1). */
const CALLER_REFUSED_TYPE = 'permission_denied';

/** How to build a {@link RotatingControlPlaneClient}. */
export interface RotatingClientOptions extends ControlPlaneClientOptions {
  /** The shared secret before, while it is rotated out; undefined outside of a rotation. */
  readonly previousSecret?: string | undefined;
}

/**
 * A control-plane client that outlives the rotation of the shared secret, in whatever order the two sides are restarted.
 *
 * A call that is refused under one secret is made once more under the other, and the one that was accepted is tried
 * first from then on. A refused call had no effect, so making it again is safe.
 */
export class RotatingControlPlaneClient extends ControlPlaneClient {
  private readonly previous: ControlPlaneClient | undefined;
  private prefersPrevious = false;

  constructor(options: RotatingClientOptions) {
    super(options);
    const { previousSecret } = options;
    this.previous = previousSecret ? new ControlPlaneClient({ ...options, secret: previousSecret }) : undefined;
  }

  override async request(call: ControlPlaneCall): Promise<ControlPlaneAnswer> {
    const { previous } = this;
    if (previous === undefined) return super.request(call);
    const usesPrevious = this.prefersPrevious;
    const answer = await (usesPrevious ? previous.request(call) : super.request(call));
    if (!refusesCaller(answer)) return answer;
    const second = await (usesPrevious ? super.request(call) : previous.request(call));
    if (refusesCaller(second)) return second;
    this.prefersPrevious = !usesPrevious;
    return second;
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.previous?.close()]);
  }
}

function refusesCaller({ status, body }: ControlPlaneAnswer): boolean {
  if (status !== 401) return false;
  try {
    const parsed = errorEnvelopeSchema.safeParse(JSON.parse(body));
    return parsed.success && parsed.data.error.type === CALLER_REFUSED_TYPE;
  } catch {
    // An answer that is no JSON comes from something in between and says nothing about the secret.
    return false;
  }
}
