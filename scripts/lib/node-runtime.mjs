import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { SetupError } from './setup-error.mjs';

const NODE_MAJOR_MIN = 20;
/** The product itself needs this much; an older Node can still install the newer one from npm. */
const PRODUCT_NODE_MIN = [22, 19];

/** Refuses a Node that cannot run the set-up. Written so that far older ones can still read the sentence. */
export function requireSupportedNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NODE_MAJOR_MIN) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old: install Node ${NODE_MAJOR_MIN} or later (https://nodejs.org) and run this again.`,
  );
}

/** The Node that runs the product: the one from npm when it works on this machine, else our own when new enough. */
export function findProductNode(root) {
  const installed = path.join(root, 'node_modules', '.bin', 'node');
  const { status, stdout } = spawnSync(installed, ['--version'], { encoding: 'utf8' });
  if (status === 0 && isEnough(stdout.trim().slice(1))) return installed;
  if (isEnough(process.versions.node)) return process.execPath;
  throw new SetupError(
    `The product needs Node ${PRODUCT_NODE_MIN.join('.')} or later and the one from npm does not run here: ` +
      'install a newer Node, or let npm run install scripts (`npm config set ignore-scripts false`) and delete node_modules.',
  );
}

function isEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > PRODUCT_NODE_MIN[0] || (major === PRODUCT_NODE_MIN[0] && minor >= PRODUCT_NODE_MIN[1]);
}
