/** Subjects whose last change is remembered one by one; older ones are forgotten on the safe side. */
const SUBJECTS_MAX = 10_000;

/**
 * Remembers what changed since a moment, so that a slow load never undoes a revocation.
 *
 * A load takes a mark when it starts and asks with it when it ends. Memory is bounded: what had to be forgotten counts
 * as changed, which costs a second load and never a wrong answer.
 */
export class ChangeMarks {
  private sequence = 0;
  private forgottenUpTo = 0;
  private readonly changedAt = new Map<string, number>();

  constructor(private readonly subjectsMax: number = SUBJECTS_MAX) {}

  /** The present moment, to be asked about later. */
  take(): number {
    return this.sequence;
  }

  /** Records a change of a virtual key: revoked, disabled, rotated, edited, created. */
  recordKeyChange(virtualKeyId: string): void {
    this.record(`key ${virtualKeyId}`);
    this.record(ANY_KEY);
  }

  /** Records a change that may concern any key of an organization: a budget, a model provider, a routing policy. */
  recordOrganizationChange(organizationId: string, mustCheck: boolean): void {
    this.record(organizationSubject(organizationId, mustCheck));
  }

  /** Whether this virtual key changed since `mark`. */
  keyChangedSince(virtualKeyId: string, mark: number): boolean {
    return this.changedSince(`key ${virtualKeyId}`, mark);
  }

  /** Whether any virtual key changed since `mark`. */
  anyKeyChangedSince(mark: number): boolean {
    return this.changedSince(ANY_KEY, mark);
  }

  /** Whether something of the organization changed since `mark`, of the kind that must be checked or of the other. */
  organizationChangedSince(organizationId: string, mustCheck: boolean, mark: number): boolean {
    return this.changedSince(organizationSubject(organizationId, mustCheck), mark);
  }

  private record(subject: string): void {
    this.sequence += 1;
    // Deleting first keeps the map in the order of changes, so that its first subject is always the oldest.
    this.changedAt.delete(subject);
    this.changedAt.set(subject, this.sequence);
    if (this.changedAt.size <= this.subjectsMax) return;
    for (const [oldest, at] of this.changedAt) {
      this.changedAt.delete(oldest);
      this.forgottenUpTo = at;
      return;
    }
  }

  private changedSince(subject: string, mark: number): boolean {
    return this.forgottenUpTo > mark || (this.changedAt.get(subject) ?? 0) > mark;
  }
}

const ANY_KEY = 'any key';

function organizationSubject(organizationId: string, mustCheck: boolean): string {
  return `${mustCheck ? 'check' : 'refresh'} ${organizationId}`;
}
