/** What a vendor tells besides its sentence. */
export interface ComplaintDetails {
  /** The vendor's own code or type, where its status has more than one. */
  readonly code?: string;
  /** The field that it objects to, spelled as the vendor does. */
  readonly field?: string;
  readonly retryAfterSeconds?: number;
}

/** Why a vendor refuses a call: thrown where the call is read, written by its {@link Vendor}. */
export class Complaint extends Error {
  override readonly name = 'Complaint';

  constructor(
    readonly status: number,
    message: string,
    readonly details: ComplaintDetails = {},
  ) {
    super(message);
  }
}
