import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './setup-error.mjs';

const SOURCE_FOLDERS = ['apps', 'libs'];
const SOURCE_FILES = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles into `dist` unless what is there was compiled from exactly these sources. */
export function buildIfNeeded(root, node, say) {
  const stampFile = path.join(root, 'dist', '.sources');
  const sources = hashSources(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sources) return;
  say('Building …');
  // The compiler trusts its own record of what it wrote; without the stamp the outputs are not to be trusted.
  rmSync(stampFile, { force: true });
  if (!existsSync(path.join(root, 'dist', 'apps'))) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(node, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new SetupError('The build failed: mend the errors above and run this again.');
  writeFileSync(stampFile, sources);
}

function hashSources(root) {
  const hash = createHash('sha256');
  const files = SOURCE_FOLDERS.flatMap((folder) => sourceFilesOf(root, folder));
  for (const file of [...SOURCE_FILES, ...files]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function sourceFilesOf(root, folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourceFilesOf(root, file);
      return isCompiled(entry.name) ? [file] : [];
    });
}

function isCompiled(name) {
  return name.endsWith('.ts') && !/\.(spec|e2e-spec)\.ts$/.test(name);
}
