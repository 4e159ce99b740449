import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepare, root } from './lib/prepare.mjs';
import { runChild } from './lib/run-child.mjs';
import { runOrExplain } from './lib/setup-error.mjs';

const PROJECTS = ['unit', 'integration', 'e2e', 'e2e-alone'];

/** `npm test`: sets up what is missing, then runs every kind of test, the cheap ones first. Arguments go to vitest. */
await runOrExplain(async () => {
  const node = prepare();
  const given = process.argv.slice(2);
  const vitest = [path.join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...given];
  const namesProject = given.some((argument) => argument === '--project' || argument.startsWith('--project='));
  if (namesProject) return runChild(node, vitest, { cwd: root });

  const reports = mkdtempSync(path.join(tmpdir(), 'gateway-test-reports-'));
  try {
    let exitCode = 0;
    const total = { passed: 0, failed: 0 };
    for (const project of PROJECTS) {
      const report = path.join(reports, `${project}.json`);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const code = await runChild(node, [...vitest, '--project', project, '--passWithNoTests', ...reporters], {
        cwd: root,
      });
      if (isInterrupted(code)) return code;
      exitCode = exitCode || code;
      addReport(total, report);
    }
    process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
    return exitCode;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
});

function isInterrupted(code) {
  return code > 128;
}

/** A run that broke before it could report has printed why and has its exit code; there is nothing to count. */
function addReport(total, report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += numPassedTests;
    total.failed += numFailedTests;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
