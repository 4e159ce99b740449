interface Call {
  readonly id: string;
  readonly name: string;
}

/**
 * Gives ids to function calls that have none, and finds the call that a function response answers.
 *
 * Gemini's ids are optional: responses without one answer the calls of their name in order. The ids given here depend
 * on positions only, so the same conversation gets the same ids in every turn.
 */
export class CallIds {
  private readonly used = new Set<string>();
  private readonly unanswered: Call[] = [];
  private calls = 0;

  /** The id of a call of function `name`. */
  ofCall(name: string, id: string | undefined): string {
    const given = id ?? this.next();
    this.used.add(given);
    this.unanswered.push({ id: given, name });
    return given;
  }

  /** The id of the call that a response of function `name` answers; a new one when no call is left to answer. */
  ofResponse(name: string, id: string | undefined): string {
    const at = this.unanswered.findIndex((call) => (id === undefined ? call.name === name : call.id === id));
    const call = at === -1 ? undefined : this.unanswered.splice(at, 1)[0];
    return call?.id ?? id ?? this.next();
  }

  private next(): string {
    let id: string;
    do {
      this.calls += 1;
      id = `call_${this.calls}`;
    } while (this.used.has(id));
    return id;
  }
}
