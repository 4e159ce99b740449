import assert from 'node:assert/strict';
import { environmentOf } from './rendering.mjs';

const VALUES = {
  image: { repository: 'registry.example.com/ai-gateway', digest: `sha256:${'a'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  environment: 'production',
  nodeOptions: '--enable-source-maps',
  autoscaling: {
    customMetrics: [
      {
        type: 'Pods',
        pods: { metric: { name: 'lw_gateway_rps' }, target: { type: 'AverageValue', averageValue: '150' } },
      },
    ],
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  },
  service: { annotations: { a: 'b' }, internal: { enabled: true, port: 8080 } },
  secrets: { jwtSecretPreviousKey: 'OLD_JWT' },
  redis: { url: 'redis://redis.cache:6379' },
  otel: { endpoint: 'http://collector.monitoring:4318' },
  serviceAccount: { create: true, annotations: { role: 'gateway' } },
  security: {
    allowedProxyHosts: ['models.internal', 'vllm.internal'],
    blockLocalHTTPCalls: true,
    requireHTTPSCustomEndpoints: true,
  },
  extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/certificates/ca.pem' }],
  extraVolumes: [{ name: 'certificates', secret: { secretName: 'ca' } }],
  extraVolumeMounts: [{ name: 'certificates', mountPath: '/certificates' }],
  podLabels: { team: 'platform' },
  podAnnotations: { note: 'yes' },
  nodeSelector: { pool: 'edge' },
  tolerations: [{ key: 'edge', operator: 'Exists' }],
  affinity: { podAntiAffinity: {} },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
    { maxSkew: 2, topologyKey: 'host', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { x: 'y' } } },
  ],
  priorityClassName: 'serving',
  networkPolicy: {
    enabled: true,
    egressToOTLP: [{ namespaceSelector: {} }],
    extraEgress: [{ to: [{ podSelector: {} }] }],
  },
  controlPlaneDeployment: { enabled: true },
};

/** Everything that has a switch, switched on, with every list filled. */
export const everythingOn = {
  name: 'everything on: every value lands where it belongs',
  values: VALUES,
  check: checkEverything,
};

function checkEverything(r) {
  const { spec } = r.pod;
  assert.equal(r.container.image, `registry.example.com/ai-gateway@sha256:${'a'.repeat(64)}`);
  assert.deepEqual(spec.imagePullSecrets, [{ name: 'registry' }]);
  assert.equal(r.config.NODE_OPTIONS, '--max-old-space-size=307 --enable-source-maps');
  assert.equal(r.config.OTEL_EXPORTER_OTLP_ENDPOINT, 'http://collector.monitoring:4318');
  assert.equal(r.config.ALLOWED_PROXY_HOSTS, 'models.internal,vllm.internal');
  assert.equal(r.config.ENVIRONMENT, 'production');
  assert.equal(r.config.BLOCK_LOCAL_HTTP_CALLS, 'true');
  assert.equal(r.config.LW_GATEWAY_BASE_URL, 'http://edge-langwatch-gateway-control-plane:5560');
  const autoscaler = r.one('HorizontalPodAutoscaler').spec;
  assert.equal(autoscaler.metrics[1].pods.metric.name, 'lw_gateway_rps');
  assert.equal(autoscaler.behavior.scaleDown.stabilizationWindowSeconds, 600);
  assert.equal(r.one('Service', '-internal').spec.ports[0].port, 8080);
  assert.equal(r.one('Service', '-internal').spec.type, 'ClusterIP');
  assert.deepEqual(r.one('Service').metadata.annotations, { a: 'b' });
  assert.equal(spec.serviceAccountName, r.one('ServiceAccount').metadata.name);
  assert.equal(r.one('ServiceAccount').automountServiceAccountToken, false);
  assert.equal(environmentOf(r.container).NODE_EXTRA_CA_CERTS, '/certificates/ca.pem');
  assert.equal(spec.volumes[1].secret.secretName, 'ca');
  assert.equal(r.container.volumeMounts[1].mountPath, '/certificates');
  assert.equal(r.pod.metadata.labels.team, 'platform');
  assert.equal(r.pod.metadata.annotations.note, 'yes');
  assert.deepEqual(spec.nodeSelector, { pool: 'edge' });
  assert.equal(spec.tolerations[0].key, 'edge');
  assert.deepEqual(spec.affinity, { podAntiAffinity: {} });
  assert.equal(spec.priorityClassName, 'serving');
  const [filled, own] = spec.topologySpreadConstraints;
  assert.deepEqual(filled.labelSelector.matchLabels, r.one('Deployment').spec.selector.matchLabels);
  assert.deepEqual(own.labelSelector.matchLabels, { x: 'y' });
  const egress = r.one('NetworkPolicy').spec.egress;
  assert.deepEqual(
    egress.map((rule) => rule.ports?.[0].port),
    [53, 5560, 5560, 4318, 443, undefined],
  );
}
