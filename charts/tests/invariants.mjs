import assert from 'node:assert/strict';

/** Environment that Node or a library reads for itself, so no configuration code has to. */
const READ_BY_LIBRARIES = new Set(['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'PGSSLROOTCERT']);
const NAME_LENGTH_MAX = 63;
const WORKLOADS = ['Deployment', 'StatefulSet'];

function isSubset(selector, labels) {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function workloadsOf(rendering) {
  return WORKLOADS.flatMap((kind) => rendering.ofKind(kind));
}

/** Selectors of services, disruption budgets and network policies, each with what it belongs to. */
function selectorsOf(rendering) {
  return [
    ...rendering.ofKind('Service').map((service) => [service, service.spec.selector]),
    ...rendering.ofKind('PodDisruptionBudget').map((budget) => [budget, budget.spec.selector.matchLabels]),
    ...rendering.ofKind('NetworkPolicy').map((policy) => [policy, policy.spec.podSelector.matchLabels]),
  ];
}

function selectorsSelectOneWorkload(rendering) {
  const workloads = workloadsOf(rendering);
  for (const workload of workloads) {
    assert.deepEqual(
      workloads.filter((other) => isSubset(workload.spec.selector.matchLabels, other.spec.template.metadata.labels)),
      [workload],
    );
  }
  for (const [owner, selector] of selectorsOf(rendering)) {
    const selected = workloads.filter((workload) => isSubset(selector, workload.spec.template.metadata.labels));
    assert.equal(selected.length, 1, `${owner.kind} ${owner.metadata.name} selects ${selected.length} workloads`);
  }
}

function servicePortsExist(rendering) {
  for (const service of rendering.ofKind('Service')) {
    const workload = workloadsOf(rendering).find((candidate) =>
      isSubset(service.spec.selector, candidate.spec.template.metadata.labels),
    );
    const names = workload.spec.template.spec.containers.flatMap(({ ports }) => ports.map(({ name }) => name));
    for (const { targetPort } of service.spec.ports) assert.ok(names.includes(targetPort), String(targetPort));
  }
}

function configIsThePodsConfig(rendering) {
  const config = rendering.one('ConfigMap');
  assert.deepEqual(rendering.container.envFrom, [{ configMapRef: { name: config.metadata.name } }]);
  for (const [name, value] of Object.entries(config.data)) assert.equal(typeof value, 'string', name);
}

function documentsAreNamedAndLabelled(rendering) {
  for (const { kind, metadata } of rendering.documents) {
    if (kind === 'Notes') continue;
    assert.ok(metadata.name.length <= NAME_LENGTH_MAX, metadata.name);
    assert.equal(metadata.labels['app.kubernetes.io/managed-by'], 'Helm');
    assert.equal(metadata.labels['app.kubernetes.io/instance'], 'edge');
  }
}

/** What must hold of every rendering, whatever the values. */
export function checkInvariants(rendering) {
  documentsAreNamedAndLabelled(rendering);
  selectorsSelectOneWorkload(rendering);
  servicePortsExist(rendering);
  configIsThePodsConfig(rendering);
}

/** Names of the environment that a rendering gives to the gateway and to the control plane. */
export function environmentNames(rendering) {
  const named = (containers) => containers.flatMap(({ env }) => env.map(({ name }) => name));
  const plane = rendering.has('Deployment', '-control-plane')
    ? rendering.one('Deployment', '-control-plane')
    : undefined;
  const ofSoftware = (names) => names.filter((name) => !READ_BY_LIBRARIES.has(name));
  return {
    gateway: ofSoftware([...Object.keys(rendering.config), ...named(rendering.pod.spec.containers)]),
    controlPlane: ofSoftware(named(plane?.spec.template.spec.containers ?? [])),
  };
}
