import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

/**
 * Builds the npm package of `libs/providers` into a folder, `dist/packages/providers` by default. `npm pack` or
 * `npm publish` there does the rest.
 */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const source = path.join(root, 'libs', 'providers', 'package');
const target = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'packages', 'providers'));

rmSync(path.join(target, 'dist'), { recursive: true, force: true });
compile();
const own = readJson(path.join(root, 'package.json'));
const { name, ...template } = readJson(path.join(source, 'package.template.json'));
const manifest = { name, version: own.version, ...template, dependencies: dependenciesOf(own) };
writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(path.join(source, 'README.md'), path.join(target, 'README.md'));
copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
process.stdout.write(`${name} ${own.version} is in ${target}\n`);

function compile() {
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['-p', source, '--outDir', path.join(target, 'dist')];
  const { status } = spawnSync(process.execPath, [compiler, ...options], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** What the compiled files import, at the versions that this repository is tested with. */
function dependenciesOf({ dependencies, devDependencies }) {
  const names = new Set();
  for (const file of globSync('dist/**/*.{js,d.ts}', { cwd: target })) {
    const { importedFiles, typeReferenceDirectives } = typescript.preProcessFile(
      readFileSync(path.join(target, file), 'utf8'),
    );
    for (const { fileName } of importedFiles) if (!/^(?:[.#]|node:)/.test(fileName)) names.add(packageOf(fileName));
    for (const { fileName } of typeReferenceDirectives) names.add(`@types/${fileName}`);
  }
  const versions = { ...devDependencies, ...dependencies };
  const entries = [...names].sort().map((dependency) => {
    const version = versions[dependency];
    if (version === undefined) throw new Error(`${dependency} is imported and is no dependency of this repository`);
    return [dependency, version];
  });
  return Object.fromEntries(entries);
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
