import type { FakeUpstreamProcess } from '../support/fake-upstream-process.js';

/** What the provider answers in one round of a task: it has one of the assistant's tools called, or says something. */
export type Round =
  { readonly tool: string; readonly input: Readonly<Record<string, unknown>> } | { readonly text: string };

/** The tokens that the provider reports for the round at `index`: none are like another round's. */
export function usageOfRound(index: number): { readonly promptTokens: number; readonly completionTokens: number } {
  return { promptTokens: 10_001 + 101 * index, completionTokens: 41 + 11 * index };
}

/** Has the provider answer its next requests so, one round each. */
export async function scriptRounds(upstream: FakeUpstreamProcess, rounds: readonly Round[]): Promise<void> {
  const behaviours = rounds.map((round, index) => {
    const said =
      'text' in round
        ? { text: round.text }
        : { toolCall: { name: round.tool, arguments: JSON.stringify(round.input) } };
    return { kind: 'answer' as const, id: `round_${index + 1}`, ...usageOfRound(index), ...said };
  });
  await upstream.script(...behaviours);
}
