import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SystemClock } from '#kernel';
import type { AssistantCommand } from './assistant-process.js';
import type { Scene } from './scene.js';

/** The model that Codex asks for. */
export const CODEX_MODEL = 'gpt-5.5';

/** How Codex presents the virtual key: from its environment, or in place of a ChatGPT account's token. */
export type CodexSignIn = 'key' | 'account';

const KEY_VARIABLE = 'GATEWAY_KEY';
const FAR_FUTURE_SECONDS = 4_102_444_800;

/** Of the two, only an account's provider, which must have this name, is sent compressed requests. */
const PROVIDER_SETTINGS: Readonly<Record<CodexSignIn, string>> = {
  key: `name = "Gateway"\nenv_key = "${KEY_VARIABLE}"`,
  account: 'name = "OpenAI"\nrequires_openai_auth = true\nsupports_websockets = false',
};

/** Codex without a person, set up for the gateway as `docs/coding-assistants.md` says. Writes its configuration. */
export async function codexCommand(
  executable: string,
  scene: Scene,
  prompt: string,
  signIn: CodexSignIn,
): Promise<AssistantCommand> {
  const codexHome = path.join(scene.home, '.codex');
  await mkdir(codexHome);
  await writeFile(path.join(codexHome, 'config.toml'), configOf(scene.gatewayUrl, signIn));
  if (signIn === 'account') await writeFile(path.join(codexHome, 'auth.json'), accountOf(scene.secret));
  return {
    executable,
    folder: scene.work,
    args: ['exec', '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
    environment: {
      ...scene.environment,
      CODEX_HOME: codexHome,
      ...(signIn === 'key' ? { [KEY_VARIABLE]: scene.secret } : {}),
    },
  };
}

/** No retries, which would hide a defect; and nothing that reaches out of its own accord. */
function configOf(gatewayUrl: string, signIn: CodexSignIn): string {
  return `
model = "${CODEX_MODEL}"
model_provider = "gateway"
chatgpt_base_url = "${gatewayUrl}/backend-api"
check_for_update_on_startup = false
web_search = "disabled"

[features]
plugins = false
apps = false

[analytics]
enabled = false

[feedback]
enabled = false

[model_providers.gateway]
${PROVIDER_SETTINGS[signIn]}
base_url = "${gatewayUrl}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
}

/** What a sign-in leaves behind, with the virtual key as the token that requests carry. */
function accountOf(secret: string): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = {
    email: 'developer@example.com',
    exp: FAR_FUTURE_SECONDS,
    'https://api.openai.com/auth': {
      chatgpt_plan_type: 'pro',
      chatgpt_account_id: 'account',
      chatgpt_user_id: 'user',
    },
  };
  const identity = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.${encode({})}`;
  return JSON.stringify({
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: { id_token: identity, access_token: secret, refresh_token: 'none', account_id: 'account' },
    last_refresh: new Date(new SystemClock().now()).toISOString(),
  });
}
