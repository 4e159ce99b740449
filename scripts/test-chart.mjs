// Lints the Helm chart, renders it for a table of values, and checks what comes out.
// With --write it first brings the table of values in the chart's README up to date.
// Needs Helm (on the PATH, or named in HELM), or Go to build it with.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { controlPlaneCases } from '../charts/tests/control-plane-cases.mjs';
import { gatewayCases } from '../charts/tests/gateway-cases.mjs';
import { findHelm, Helm } from '../charts/tests/helm.mjs';
import { checkInvariants } from '../charts/tests/invariants.mjs';
import { refusals } from '../charts/tests/refusals.mjs';
import { chartWithNotes, parseYaml, Rendering } from '../charts/tests/rendering.mjs';
import { repositoryChecks } from '../charts/tests/repository-checks.mjs';
import { valuesTable, withTable } from '../charts/tests/values-table.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const chart = join(root, 'charts', 'gateway');
const renderingCases = [...gatewayCases, ...controlPlaneCases];

/** Two configurations whose pods must differ, so that a change of the first reaches running pods. */
const CONFIG_BEFORE = 'config-before';
const CONFIG_AFTER = 'config-after';

function checksumCheck(byName) {
  const checksum = (name) => byName.get(name).pod.metadata.annotations['checksum/config'];
  return {
    name: 'a change of the config changes the pods, and nothing else does',
    check: () => {
      assert.match(checksum(CONFIG_BEFORE), /^[0-9a-f]{64}$/);
      assert.notEqual(checksum(CONFIG_BEFORE), checksum(CONFIG_AFTER));
      assert.equal(checksum(CONFIG_BEFORE), checksum(gatewayCases[0].name));
    },
  };
}

function renderAll(helm, folder) {
  const copy = chartWithNotes(chart, folder);
  const valuesFile = join(folder, 'values.json');
  const render = (values) => {
    writeFileSync(valuesFile, JSON.stringify(values));
    return helm.template(copy, { valuesFile });
  };
  const wanted = [
    ...renderingCases,
    { name: CONFIG_BEFORE, values: { replicaCount: 7 } },
    { name: CONFIG_AFTER, values: { logging: { level: 'debug' } } },
  ];
  const results = new Map(wanted.map(({ name, values }) => [name, render(values)]));
  const refused = new Map(refusals.map(({ name, values }) => [name, render(values)]));
  const texts = {
    'Chart.yaml': readFileSync(join(chart, 'Chart.yaml'), 'utf8'),
    'values.yaml': readFileSync(join(chart, 'values.yaml'), 'utf8'),
  };
  for (const [name, { code, stdout }] of results) if (code === 0) texts[name] = stdout;
  return { results, refused, parsed: parseYaml(helm, folder, texts) };
}

function writeReadme(values) {
  const path = join(chart, 'README.md');
  const table = valuesTable(readFileSync(join(chart, 'values.yaml'), 'utf8'), values);
  writeFileSync(path, withTable(readFileSync(path, 'utf8'), table));
}

function renderingChecks(results, byName) {
  return renderingCases.map(({ name, check }) => ({
    name,
    check: () => {
      const result = results.get(name);
      assert.equal(result.code, 0, result.stderr);
      checkInvariants(byName.get(name));
      check(byName.get(name));
    },
  }));
}

function refusalChecks(refused) {
  return refusals.map(({ name, says }) => ({
    name,
    check: () => {
      assert.notEqual(refused.get(name).code, 0, 'it rendered');
      assert.match(refused.get(name).stderr, says);
    },
  }));
}

function allChecks(helm, folder) {
  const { results, refused, parsed } = renderAll(helm, folder);
  if (process.argv.includes('--write')) writeReadme(parsed['values.yaml'][0]);
  const rendered = [...results.keys()].filter((name) => parsed[name] !== undefined);
  const byName = new Map(rendered.map((name) => [name, new Rendering(parsed[name])]));
  const lint = () => {
    const result = helm.lint(chart);
    assert.equal(result.code, 0, `${result.stdout}${result.stderr}`);
  };
  return [
    { name: 'the chart lints without a warning', check: lint },
    ...renderingChecks(results, byName),
    checksumCheck(byName),
    ...refusalChecks(refused),
    ...repositoryChecks({
      root,
      chart,
      chartManifest: parsed['Chart.yaml'][0],
      values: parsed['values.yaml'][0],
      renderings: [...byName.values()],
    }),
  ];
}

function runChecks(checks) {
  let failed = 0;
  for (const { name, check } of checks) {
    try {
      check();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message).split('\n').join('\n      ')}`);
    }
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'chart-test-'));
try {
  const helm = new Helm(findHelm(join(root, 'var', 'tools'), (line) => console.log(line)));
  process.exitCode = runChecks(allChecks(helm, folder)) ? 0 : 1;
} catch (error) {
  console.error(`chart tests could not run: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
