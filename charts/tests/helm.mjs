import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const HELM_VERSION = 'v3.17.3';
const BUILD_TIMEOUT_MS = 540_000;
const RENDER_TIMEOUT_MS = 30_000;

/** Runs a command to its end and returns its exit code and texts; a missing command is exit code 127. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: RENDER_TIMEOUT_MS, ...options });
  return {
    code: result.error?.code === 'ENOENT' ? 127 : (result.status ?? 1),
    stdout: result.stdout ?? '',
    stderr: `${result.stderr ?? ''}${result.error ? String(result.error) : ''}`,
  };
}

/** Whether the command is a Helm that these tests can use: major version 3 or 4. */
function isHelm(command) {
  const version = run(command, ['version', '--short']);
  return version.code === 0 && /^v[34]\./.test(version.stdout.trim());
}

/**
 * Path of a working Helm: `$HELM`, the one on the PATH, the one built earlier, or one built now with
 * Go into `toolsFolder`. Throws with the mend where none of these is to be had.
 */
export function findHelm(toolsFolder, say) {
  const chosen = process.env.HELM;
  if (chosen) {
    if (isHelm(chosen)) return chosen;
    throw new Error(`HELM is ${chosen}, which does not answer as Helm 3 or 4: correct it or unset it`);
  }
  if (isHelm('helm')) return 'helm';
  const folder = join(toolsFolder, `helm-${HELM_VERSION}`);
  const built = join(folder, process.platform === 'win32' ? 'helm.exe' : 'helm');
  if (existsSync(built) && isHelm(built)) return built;
  return buildHelm(folder, built, say);
}

function buildHelm(folder, built, say) {
  if (run('go', ['version']).code !== 0) {
    throw new Error(
      'the chart tests need Helm: install helm 3 (https://helm.sh/docs/intro/install) on the PATH or name it in HELM, ' +
        'or install Go (https://go.dev/dl), with which Helm is built here',
    );
  }
  say(`building Helm ${HELM_VERSION} with Go into ${folder}, once`);
  mkdirSync(folder, { recursive: true });
  const build = run('go', ['install', `helm.sh/helm/v3/cmd/helm@${HELM_VERSION}`], {
    env: { ...process.env, GOBIN: folder },
    timeout: BUILD_TIMEOUT_MS,
  });
  if (build.code !== 0) throw new Error(`building Helm with Go failed: ${build.stderr.trim().slice(-1_000)}`);
  return built;
}

/** Helm, bound to its path. */
export class Helm {
  constructor(command) {
    this.command = command;
  }

  /** `helm lint --strict` of a chart. */
  lint(chartFolder) {
    return run(this.command, ['lint', '--strict', chartFolder]);
  }

  /** `helm template`; `code` is not 0 when the chart or its schema refused the values. */
  template(chartFolder, { release = 'edge', valuesFile } = {}) {
    const values = valuesFile ? ['--values', valuesFile] : [];
    return run(this.command, ['template', release, chartFolder, '--namespace', 'ai', ...values], {
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}
