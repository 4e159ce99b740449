import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './setup-error.mjs';

/** Installs the packages of the lock file unless exactly these are installed already. Leaves the lock as it is. */
export function installIfNeeded(root, say) {
  const lockFile = path.join(root, 'package-lock.json');
  const lockText = readFileSync(lockFile, 'utf8');
  if (isInstalled(root, JSON.parse(lockText))) return;
  say('Installing packages (a minute or two, only when they changed) …');
  // Not `npm ci`: it refuses where a registry lacks the optional packages of other platforms.
  const args = ['install', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = runNpm(root, args);
  if (readFileSync(lockFile, 'utf8') !== lockText) writeFileSync(lockFile, lockText);
  if (status === 0) return;
  const reason = error === undefined ? '' : ` (${error.message})`;
  throw new SetupError(`npm could not install the packages${reason}: mend what it says above and run this again.`);
}

/** npm writes `node_modules/.package-lock.json` last: it names what a completed install left there. */
function isInstalled(root, lock) {
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(([name, wanted]) => {
    if (name === '') return true;
    const found = installed.packages[name];
    // Optional packages are those of other platforms too; npm leaves them out.
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function runNpm(root, args) {
  const options = { cwd: root, stdio: 'inherit' };
  const npmCli = process.env.npm_execpath;
  // Inside `npm start` the very same npm is at hand, even when none is on the PATH.
  if (npmCli !== undefined && path.basename(npmCli) === 'npm-cli.js') {
    return spawnSync(process.execPath, [npmCli, ...args], options);
  }
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}
