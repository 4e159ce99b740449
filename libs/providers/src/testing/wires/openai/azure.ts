import type { Call } from '../call.js';
import { Complaint } from '../complaint.js';
import type { Frame } from '../framing.js';

const DEPLOYMENT = /\/openai\/deployments\/([^/]+)\//;

/** The deployment that a path names, as Azure OpenAI has it; undefined elsewhere. */
export function deploymentOf({ path }: Call): string | undefined {
  const [, deployment] = DEPLOYMENT.exec(path) ?? [];
  return deployment === undefined ? undefined : decodeURIComponent(deployment);
}

/** @throws Complaint when a call to a deployment does not say which version of the interface it means. */
export function checkAzureCall(call: Call): void {
  if (deploymentOf(call) === undefined || call.query.has('api-version')) return;
  throw new Complaint(404, 'Resource not found', { code: '404' });
}

/** What Azure sends before anything else: what its filter thought of the prompt, and no choice. */
export const AZURE_PROMPT_FRAME: Frame = {
  role: 'opening',
  data: {
    id: '',
    object: '',
    created: 0,
    model: '',
    choices: [],
    prompt_filter_results: [
      { prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } },
    ],
  },
};
