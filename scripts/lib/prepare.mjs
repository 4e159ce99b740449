import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { findProductNode, requireSupportedNode } from './node-runtime.mjs';
import { SetupError } from './setup-error.mjs';

/** The folder that the project was cloned into. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Makes a clone ready to run, doing only what is missing. Returns the path of the Node to run it with. */
export function prepare() {
  requireSupportedNode();
  requireWritable(root);
  installIfNeeded(root, say);
  const node = findProductNode(root);
  buildIfNeeded(root, node, say);
  return node;
}

function requireWritable(folder) {
  try {
    mkdirSync(path.join(folder, 'var'), { recursive: true });
    accessSync(folder, constants.W_OK);
    accessSync(path.join(folder, 'var'), constants.W_OK);
  } catch (error) {
    throw new SetupError(
      `${folder} cannot be written by this user (${error.code}): ` +
        'make yourself its owner with `sudo chown -R "$(id -u)" .`, or clone the project into a folder of your own.',
    );
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
