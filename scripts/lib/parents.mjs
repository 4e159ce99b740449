import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The processes above us up to npm, nearest first: npm itself, or the shell that runs the script and then npm.
 * Empty unless npm started us: nobody else's end is our business.
 */
export function parentsUpToNpm() {
  if (process.env.npm_lifecycle_event === undefined) return [];
  const parent = lookUp(process.ppid);
  // npm hands the script to `sh -c`, which some shells stay around for.
  return parent !== undefined && /sh\s-c\s/.test(parent.command) ? [process.ppid, parent.parentId] : [process.ppid];
}

/** Whether each of these is still the parent of the one before. A process that ends loses its children at once. */
export function areStillParents([parent, grandparent]) {
  if (process.ppid !== parent) return false;
  return grandparent === undefined || lookUp(parent)?.parentId === grandparent;
}

function lookUp(id) {
  try {
    // `<id> (<name>) <state> <parent id> …`, and the name may hold anything, parentheses too.
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const parentId = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    return { parentId, command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ') };
  } catch {
    return askPs(id);
  }
}

/** macOS has no /proc. */
function askPs(id) {
  try {
    const [parentId, ...command] = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(id)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return { parentId: Number(parentId), command: command.join(' ') };
  } catch {
    return undefined;
  }
}
