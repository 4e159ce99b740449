import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentNames } from './invariants.mjs';
import { commentedValues, valuesTable, withTable } from './values-table.mjs';

const ENVIRONMENT_NAME = /\b[A-Z][A-Z0-9_]{3,}\b/g;

function sourcesUnder(folder) {
  if (!existsSync(folder))
    throw new Error(`${folder} does not exist, so nothing proves that the chart's names are read`);
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('spec.ts'))
    .map((path) => readFileSync(path, 'utf8'));
}

/** Every environment name that the configuration code of an app mentions. */
function namesReadBy(root, app) {
  const sources = sourcesUnder(join(root, 'apps', app, 'src', 'config'));
  return new Set(sources.flatMap((source) => source.match(ENVIRONMENT_NAME) ?? []));
}

function assertAllRead(renderings, root, app, key) {
  const read = namesReadBy(root, app);
  const rendered = new Set(renderings.flatMap((rendering) => environmentNames(rendering)[key]));
  assert.ok(rendered.size > 0);
  assert.deepEqual([...rendered].filter((name) => !read.has(name)).sort(), [], `not read by apps/${app}/src/config`);
}

/** Dotted paths of the values that hold something: scalars, lists and empty maps. */
function leaves(value, path = []) {
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!isMap || Object.keys(value).length === 0) return [path.join('.')];
  return Object.entries(value).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** Schema nodes that name properties but would let others through. */
function openObjects(node, path = '#') {
  if (node === null || typeof node !== 'object') return [];
  const isOpen = node.type === 'object' && node.properties !== undefined && node.additionalProperties !== false;
  const children = Object.entries(node).flatMap(([key, child]) => openObjects(child, `${path}/${key}`));
  return isOpen ? [path, ...children] : children;
}

/** Objects of Kubernetes that the chart passes on; the cluster checks what is in them. */
const PASSED_ON = [
  '#/properties/autoscaling/properties/customMetrics/items',
  '#/definitions/namedObjects/items',
  '#/definitions/topologySpread/items',
];

/**
 * Checks that look beyond the renderings: that chart, code, image and documents agree. `values` is
 * the parsed values.yaml and `renderings` are all that came out.
 */
export function repositoryChecks({ root, chart, chartManifest, values, renderings }) {
  const valuesText = readFileSync(join(chart, 'values.yaml'), 'utf8');
  const read = (...path) => readFileSync(join(root, ...path), 'utf8');
  return [
    {
      name: 'every environment name given to the gateway is one that its configuration reads',
      check: () => assertAllRead(renderings, root, 'gateway', 'gateway'),
    },
    {
      name: 'every environment name given to the control plane is one that its configuration reads',
      check: () => assertAllRead(renderings, root, 'control-plane', 'controlPlane'),
    },
    {
      name: 'every command of a pod is an entry point in the source',
      check: () => {
        for (const entry of ['gateway/src/main.ts', 'control-plane/src/main.ts', 'control-plane/src/migrate.ts']) {
          assert.ok(existsSync(join(root, 'apps', entry)), `apps/${entry} does not exist`);
        }
      },
    },
    {
      name: 'probes, published status and advised metric are what the gateway serves',
      check: () => {
        const gateway = sourcesUnder(join(root, 'apps', 'gateway', 'src')).join('\n');
        const named = ['startupz', 'readyz', 'healthz', 'health', 'metrics', 'lw_gateway_rps'];
        const isServed = (name) => new RegExp(`['"/]${name}['"]`).test(gateway);
        assert.deepEqual(
          named.filter((name) => !isServed(name)),
          [],
        );
      },
    },
    {
      name: 'the image starts the gateway by default and runs as the user of the chart',
      check: () => {
        const image = read('Dockerfile');
        assert.match(image, /CMD \["dist\/apps\/gateway\/src\/main\.js"\]/);
        assert.match(image, new RegExp(`^USER ${values.podSecurityContext.runAsUser}:`, 'm'));
      },
    },
    {
      name: 'chart and software carry one version',
      check: () => {
        const { version } = JSON.parse(read('package.json'));
        assert.deepEqual([chartManifest.version, chartManifest.appVersion], [version, version]);
      },
    },
    {
      name: 'the schema refuses unknown keys in every map whose keys it names',
      check: () => {
        const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
        assert.deepEqual(
          openObjects(schema).filter((path) => !PASSED_ON.includes(path)),
          [],
        );
        assert.deepEqual(
          Object.keys(values).filter((key) => schema.properties[key] === undefined),
          [],
        );
      },
    },
    {
      name: 'every value has a comment',
      check: () => {
        const commented = commentedValues(valuesText).map(({ key }) => key);
        const has = (leaf) => commented.some((key) => leaf === key || leaf.startsWith(`${key}.`));
        assert.deepEqual(
          leaves(values).filter((leaf) => !has(leaf)),
          [],
        );
      },
    },
    {
      name: 'the README tells the values as they are (mend: node scripts/test-chart.mjs --write)',
      check: () => {
        const readme = read('charts', 'gateway', 'README.md');
        assert.equal(readme, withTable(readme, valuesTable(valuesText, values)));
      },
    },
  ];
}
