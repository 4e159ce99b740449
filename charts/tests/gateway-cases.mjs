import assert from 'node:assert/strict';
import { everythingOn } from './everything-on.mjs';
import { environmentOf } from './rendering.mjs';

const PRIVATE_RANGES = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
];

/** Renderings of the gateway that must come out, and what must be in them. */
export const gatewayCases = [
  {
    name: 'the defaults render one of each: deployment, service, config, autoscaler, disruption budget, ingress',
    values: {},
    check(r) {
      const kinds = r.documents.map((document) => document.kind).filter((kind) => kind !== 'Notes');
      assert.deepEqual(kinds.sort(), [
        'ConfigMap',
        'Deployment',
        'HorizontalPodAutoscaler',
        'Ingress',
        'PodDisruptionBudget',
        'Service',
      ]);
      assert.deepEqual(r.one('Deployment').spec.strategy.rollingUpdate, { maxSurge: 1, maxUnavailable: 0 });
      assert.equal(r.pod.spec.terminationGracePeriodSeconds, 75);
      assert.deepEqual(r.container.command, ['node', 'dist/apps/gateway/src/main.js']);
      assert.deepEqual(environmentOf(r.container), {
        LW_GATEWAY_INTERNAL_SECRET: 'gateway-runtime-secrets/LW_GATEWAY_INTERNAL_SECRET',
        LW_GATEWAY_JWT_SECRET: 'gateway-runtime-secrets/LW_GATEWAY_JWT_SECRET',
      });
    },
  },
  {
    name: 'the config holds plain numbers and the reference defaults',
    values: {},
    check(r) {
      assert.deepEqual(r.config, {
        SERVER_ADDR: ':5563',
        SERVER_DRAIN_DELAY_SECONDS: '5',
        SERVER_GRACEFUL_SECONDS: '60',
        SERVER_MAX_REQUEST_BODY_BYTES: '33554432',
        SERVER_REQUEST_TIMEOUT_SECONDS: '300',
        BLOCK_LOCAL_HTTP_CALLS: 'false',
        REQUIRE_HTTPS_CUSTOM_ENDPOINTS: 'false',
        LOG_LEVEL: 'info',
        LW_GATEWAY_BASE_URL: 'http://edge-app:5560',
        LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS: '10',
        LW_GATEWAY_CONTROL_PLANE_LONG_POLL_TIMEOUT_SECONDS: '10',
        LW_GATEWAY_AUTH_CACHE_LRU_SIZE: '50000',
        LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS: '60',
        LW_GATEWAY_AUTH_CACHE_JWT_REFRESH_THRESHOLD_SECONDS: '300',
        LW_GATEWAY_BOOTSTRAP_ALL_KEYS: 'false',
        LW_GATEWAY_BUDGET_WARN_THRESHOLD_PERCENT: '80',
        LW_GATEWAY_SPEND_ENABLED: 'true',
        LW_GATEWAY_SPEND_SPOOL_DIR: '/tmp/spend-spool',
        LW_GATEWAY_SPEND_SPOOL_MAX_BYTES: '67108864',
        NODE_OPTIONS: '--max-old-space-size=307',
      });
    },
  },
  {
    name: 'the pod runs as nobody, without a token, on a read-only file system with a bounded /tmp',
    values: { scratchSizeLimit: '2Gi' },
    check(r) {
      assert.equal(r.pod.spec.automountServiceAccountToken, false);
      assert.equal(r.pod.spec.enableServiceLinks, false);
      assert.deepEqual(r.pod.spec.securityContext, {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      assert.deepEqual(r.container.securityContext, {
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.deepEqual(r.pod.spec.volumes, [{ name: 'tmp', emptyDir: { sizeLimit: '2Gi' } }]);
      assert.deepEqual(r.container.volumeMounts, [{ name: 'tmp', mountPath: '/tmp' }]);
    },
  },
  {
    name: 'the probes ask /startupz, /readyz and /healthz on the named port, with the timing given',
    values: { probes: { liveness: { periodSeconds: 20 } } },
    check(r) {
      const http = (path) => ({ path, port: 'http' });
      assert.deepEqual(r.container.ports, [{ name: 'http', containerPort: 5563, protocol: 'TCP' }]);
      assert.deepEqual(r.container.startupProbe, {
        httpGet: http('/startupz'),
        initialDelaySeconds: 5,
        periodSeconds: 2,
        failureThreshold: 60,
      });
      assert.deepEqual(r.container.readinessProbe, {
        httpGet: http('/readyz'),
        periodSeconds: 5,
        timeoutSeconds: 1,
        failureThreshold: 2,
        successThreshold: 1,
      });
      assert.deepEqual(r.container.livenessProbe, {
        httpGet: http('/healthz'),
        periodSeconds: 20,
        timeoutSeconds: 2,
        failureThreshold: 3,
      });
    },
  },
  {
    name: 'the ingress publishes /v1, /v1beta and /health and nothing else',
    values: { ingress: { host: 'ai.example.org' } },
    check(r) {
      const [rule] = r.one('Ingress').spec.rules;
      assert.equal(rule.host, 'ai.example.org');
      assert.deepEqual(
        rule.http.paths.map(({ path, pathType }) => `${pathType} ${path}`),
        ['Prefix /v1', 'Prefix /v1beta', 'Exact /health'],
      );
      for (const { backend } of rule.http.paths) {
        assert.deepEqual(backend.service, { name: 'edge-langwatch-gateway', port: { number: 80 } });
      }
      assert.deepEqual(r.one('Ingress').spec.tls, [{ hosts: ['ai.example.org'], secretName: 'gateway-tls' }]);
      assert.equal(r.one('Ingress').metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffering'], 'off');
      assert.doesNotMatch(r.notes, /WARNING/);
    },
  },
  {
    name: 'the autoscaler aims at CPU alone until it is given another metric, and the workload then has no replica count',
    values: {},
    check(r) {
      const { spec } = r.one('HorizontalPodAutoscaler');
      assert.deepEqual(spec.metrics, [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ]);
      assert.deepEqual([spec.minReplicas, spec.maxReplicas], [2, 10]);
      assert.deepEqual(spec.scaleTargetRef, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'edge-langwatch-gateway',
      });
      assert.equal('replicas' in r.one('Deployment').spec, false);
    },
  },
  {
    name: 'without the autoscaler the replica count is rendered',
    values: { autoscaling: { enabled: false }, replicaCount: 4 },
    check(r) {
      assert.equal(r.has('HorizontalPodAutoscaler'), false);
      assert.equal(r.one('Deployment').spec.replicas, 4);
    },
  },
  {
    name: 'with ingress and disruption budget off, neither is rendered',
    values: { ingress: { enabled: false }, podDisruptionBudget: { enabled: false } },
    check(r) {
      assert.equal(r.has('Ingress'), false);
      assert.equal(r.has('PodDisruptionBudget'), false);
      assert.match(r.notes, /port-forward service\/edge-langwatch-gateway 5563:80/);
    },
  },
  {
    name: 'drain values that satisfy the guard reach the config and the pod',
    values: { shutdown: { preDrainWaitSeconds: 10, timeoutSeconds: 900 }, terminationGracePeriodSeconds: 920 },
    check(r) {
      assert.equal(r.config.SERVER_DRAIN_DELAY_SECONDS, '10');
      assert.equal(r.config.SERVER_GRACEFUL_SECONDS, '900');
      assert.equal(r.pod.spec.terminationGracePeriodSeconds, 920);
    },
  },
  {
    name: 'durations are numbers of seconds or texts with a unit, and reach the config as seconds',
    values: {
      cache: { refreshInterval: '2m', jwtRefreshThreshold: 120, bootstrapAllKeys: true },
      controlPlane: { requestTimeout: '3s', longPollTimeout: 25 },
      startup: { netcheckHosts: ['api.openai.com', 'db.internal:5432'], netcheckTimeout: '1m' },
    },
    check(r) {
      assert.equal(r.config.LW_GATEWAY_AUTH_CACHE_REFRESH_INTERVAL_SECONDS, '120');
      assert.equal(r.config.LW_GATEWAY_AUTH_CACHE_JWT_REFRESH_THRESHOLD_SECONDS, '120');
      assert.equal(r.config.LW_GATEWAY_BOOTSTRAP_ALL_KEYS, 'true');
      assert.equal(r.config.LW_GATEWAY_CONTROL_PLANE_REQUEST_TIMEOUT_SECONDS, '3');
      assert.equal(r.config.LW_GATEWAY_CONTROL_PLANE_LONG_POLL_TIMEOUT_SECONDS, '25');
      assert.equal(r.config.LW_GATEWAY_STARTUP_NETCHECK_HOSTS, 'api.openai.com,db.internal:5432');
      assert.equal(r.config.LW_GATEWAY_STARTUP_NETCHECK_TIMEOUT_SECONDS, '60');
    },
  },
  {
    name: 'a secret that is rotated out is read under its own key',
    values: {
      secrets: { existingSecretName: 'mine', jwtSecretPreviousKey: 'OLD', internalSecretPreviousKey: 'OLD_SIGNING' },
    },
    check(r) {
      assert.equal(environmentOf(r.container).LW_GATEWAY_INTERNAL_SECRET_PREVIOUS, 'mine/OLD_SIGNING');
      assert.equal(environmentOf(r.container).LW_GATEWAY_JWT_SECRET_PREVIOUS, 'mine/OLD');
      assert.equal(environmentOf(r.container).LW_GATEWAY_JWT_SECRET, 'mine/LW_GATEWAY_JWT_SECRET');
    },
  },
  {
    name: 'without a Redis nothing of it is rendered',
    values: {},
    check(r) {
      assert.equal(r.config.LW_GATEWAY_REDIS_URL, undefined);
      assert.equal(r.config.LW_GATEWAY_REDIS_COMMAND_TIMEOUT_MS, undefined);
      assert.equal(environmentOf(r.container).LW_GATEWAY_REDIS_URL, undefined);
    },
  },
  {
    name: 'the URL of a Redis comes from the values, or from a secret that wins',
    values: { redis: { url: 'redis://shown:6379', existingSecretName: 'cache', urlKey: 'URL', commandTimeoutMs: 20 } },
    check(r) {
      assert.equal(r.config.LW_GATEWAY_REDIS_URL, undefined);
      assert.equal(r.config.LW_GATEWAY_REDIS_COMMAND_TIMEOUT_MS, '20');
      assert.equal(environmentOf(r.container).LW_GATEWAY_REDIS_URL, 'cache/URL');
    },
  },
  {
    name: 'the heap follows the memory limit, in any unit, unless Node is told otherwise',
    values: { resources: { limits: { memory: '2G' } }, nodeHeapPercent: 50, nodeOptions: '--trace-warnings' },
    check(r) {
      assert.equal(r.config.NODE_OPTIONS, '--max-old-space-size=953 --trace-warnings');
    },
  },
  {
    name: 'a heap size of the operator’s own is the only one',
    values: { nodeOptions: '--max-old-space-size=200' },
    check(r) {
      assert.equal(r.config.NODE_OPTIONS, '--max-old-space-size=200');
    },
  },
  {
    name: 'a persistent spool gives each replica its volume back, in a folder that the process owns',
    values: { spend: { spool: { persistence: { enabled: true, storageClassName: 'fast' } } } },
    check(r) {
      const { spec } = r.one('StatefulSet');
      assert.equal(r.has('Deployment'), false);
      assert.equal(r.one('HorizontalPodAutoscaler').spec.scaleTargetRef.kind, 'StatefulSet');
      assert.equal(spec.serviceName, r.one('Service', '-replicas').metadata.name);
      assert.equal(r.one('Service', '-replicas').spec.clusterIP, 'None');
      assert.equal(spec.podManagementPolicy, 'Parallel');
      assert.deepEqual(spec.persistentVolumeClaimRetentionPolicy, { whenDeleted: 'Retain', whenScaled: 'Retain' });
      const [claim] = spec.volumeClaimTemplates;
      assert.deepEqual(claim.spec, {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '1Gi' } },
      });
      const mount = r.container.volumeMounts.find(({ name }) => name === claim.metadata.name);
      assert.equal(r.config.LW_GATEWAY_SPEND_SPOOL_DIR, `${mount.mountPath}/spool`);
    },
  },
  {
    name: 'with spend off the switch is rendered, the spool is not, and the notes warn',
    values: { spend: { enabled: false } },
    check(r) {
      assert.equal(r.config.LW_GATEWAY_SPEND_ENABLED, 'false');
      assert.equal('LW_GATEWAY_SPEND_SPOOL_DIR' in r.config, false);
      assert.match(r.notes, /WARNING: spend\.enabled is false/);
    },
  },
  {
    name: 'the notes warn of the example host and of a disruption budget that blocks every drain',
    values: { autoscaling: { minReplicas: 1 }, controlPlaneDeployment: { enabled: true, replicaCount: 1 } },
    check(r) {
      assert.match(r.notes, /WARNING: ingress\.host/);
      assert.match(r.notes, /WARNING: podDisruptionBudget\.minAvailable/);
      assert.match(r.notes, /WARNING: controlPlaneDeployment\.podDisruptionBudget\.minAvailable/);
    },
  },
  {
    name: 'the network policy lets in the ingress and the scraper, and out to names, control plane and public https only',
    values: { networkPolicy: { enabled: true } },
    check(r) {
      assert.equal(r.ofKind('NetworkPolicy').length, 1);
      const { spec } = r.one('NetworkPolicy');
      assert.deepEqual(spec.policyTypes, ['Ingress', 'Egress']);
      assert.deepEqual(spec.podSelector.matchLabels, r.one('Deployment').spec.selector.matchLabels);
      assert.equal(spec.ingress.length, 1);
      assert.equal(spec.ingress[0].from.length, 2);
      assert.deepEqual(spec.ingress[0].ports, [{ protocol: 'TCP', port: 5563 }]);
      const ports = spec.egress.map((rule) => rule.ports.map(({ protocol, port }) => `${protocol} ${port}`).join());
      assert.deepEqual(ports, ['UDP 53,TCP 53', 'TCP 5560', 'TCP 443']);
      const [internet] = spec.egress[2].to;
      assert.equal(internet.ipBlock.cidr, '0.0.0.0/0');
      for (const range of PRIVATE_RANGES) assert.ok(internet.ipBlock.except.includes(range), range);
    },
  },
  {
    name: 'with no peer allowed in, the network policy has no ingress rule at all',
    values: { networkPolicy: { enabled: true, ingressFrom: [] } },
    check(r) {
      assert.equal(r.one('NetworkPolicy').spec.ingress, null);
    },
  },
  everythingOn,
];
