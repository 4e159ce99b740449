import type { Step } from './step.js';
import type { Complaint } from './wires/complaint.js';
import type { Vendor } from './wires/vendor.js';

/** A refusal in a vendor's words. */
export function* refusalSteps(vendor: Vendor, complaint: Complaint): Generator<Step> {
  const { retryAfterSeconds } = complaint.details;
  const body = Buffer.from(JSON.stringify(vendor.errorBody(complaint)));
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...vendor.errorHeaders(complaint),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
  yield { kind: 'head', status: complaint.status, headers };
  yield { kind: 'bytes', bytes: body };
}
