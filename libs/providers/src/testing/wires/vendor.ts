import type { Call } from './call.js';
import type { Complaint } from './complaint.js';

/** Where in a body something is wrong: names and indexes. */
export type BodyPath = readonly (string | number)[];

/** What is wrong there. */
export type BodyProblem =
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'missing' }
  /** Half a sentence, such as `expected string`. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** How a vendor speaks of errors and of who may call it. */
export interface Vendor {
  /** The body of an error answer, and of an error in an answer with status 200. */
  errorBody(complaint: Complaint): object;
  /** Headers of an error answer, besides `Retry-After`. */
  errorHeaders(complaint: Complaint): Readonly<Record<string, string>>;
  /** Headers that go with every answer. */
  answerHeaders(answerId: string): Readonly<Record<string, string>>;
  /** What it says about a body that it cannot take. */
  bodyComplaint(path: BodyPath, problem: BodyProblem): Complaint;
  /** What it says about a prompt that is too long. */
  contextLengthComplaint(): Complaint;
  /**
   * What it says about the credential of a call; undefined when it is fine.
   *
   * @param key The only key that is accepted; undefined for any, but there must be one.
   */
  credentialComplaint(call: Call, key: string | undefined): Complaint | undefined;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerTokenOf(call: Call): string | undefined {
  return /^Bearer (.+)$/i.exec(call.header('authorization') ?? '')?.[1];
}
