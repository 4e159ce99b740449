import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { AssistantPackage } from './assistant-package.js';

const HOME = fileURLToPath(new URL('../../var/assistants/', import.meta.url));
const NPM_FLAGS = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** How long npm may take: a program is some 200 MB. */
export const INSTALL_TIMEOUT_MS = 280_000;

/**
 * The path of an assistant's program, which is fetched from the registry when it is not in `var/assistants` yet.
 *
 * Rejects in one sentence when it cannot be had. None of its install scripts are run.
 */
export async function installAssistant(assistant: AssistantPackage): Promise<string> {
  const { executable } = assistant;
  const folder = path.join(HOME, `${path.basename(assistant.package)}-${assistant.version}`);
  const installed = findExecutable(folder, executable);
  if (installed !== undefined) return installed;
  await mkdir(HOME, { recursive: true });
  // Beside its place and then moved, so that an install that was broken off is never taken for a whole one.
  const staging = await mkdtemp(`${folder}.partial-`);
  try {
    await fetchInto(staging, assistant);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const fetched = findExecutable(folder, executable);
  if (fetched === undefined)
    throw new Error(`${unavailable(assistant)}: its package has no program for this platform.`);
  return fetched;
}

async function fetchInto(folder: string, assistant: AssistantPackage): Promise<void> {
  const spec = `${assistant.package}@${assistant.version}`;
  try {
    await promisify(execFile)('npm', ['install', '--prefix', folder, ...NPM_FLAGS, spec], {
      cwd: folder,
      timeout: INSTALL_TIMEOUT_MS,
    });
  } catch (cause) {
    throw new Error(`${unavailable(assistant)}: npm could not install ${spec}.`, { cause });
  }
}

function findExecutable(folder: string, pattern: string): string | undefined {
  const [found] = globSync(pattern, { cwd: folder });
  return found === undefined ? undefined : path.join(folder, found);
}

function unavailable({ name, version }: AssistantPackage): string {
  return `${name} ${version} cannot be tried on ${process.platform}-${process.arch}`;
}
