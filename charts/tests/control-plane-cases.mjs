import assert from 'node:assert/strict';
import { environmentOf } from './rendering.mjs';

const SECRET = 'control-plane-runtime-secrets';

/** Renderings of the optional control plane that must come out, and what must be in them. */
export const controlPlaneCases = [
  {
    name: 'the control plane runs from the same image, and the gateway finds it',
    values: { controlPlaneDeployment: { enabled: true } },
    check(r) {
      const { spec } = r.one('Deployment', '-control-plane');
      const [container] = spec.template.spec.containers;
      assert.equal(spec.replicas, 2);
      assert.equal(container.image, r.container.image);
      assert.deepEqual(container.command, ['node', 'dist/apps/control-plane/src/main.js']);
      assert.deepEqual(environmentOf(container), {
        CONTROL_PLANE_ADDR: '0.0.0.0:5560',
        CONTROL_PLANE_GRACEFUL_SECONDS: '25',
        DATABASE_CONNECTIONS_MAX: '10',
        BLOCK_LOCAL_HTTP_CALLS: 'false',
        REQUIRE_HTTPS_CUSTOM_ENDPOINTS: 'false',
        LOG_LEVEL: 'info',
        NODE_OPTIONS: '--max-old-space-size=307',
        DATABASE_URL: `${SECRET}/DATABASE_URL`,
        LW_GATEWAY_INTERNAL_SECRET: `${SECRET}/LW_GATEWAY_INTERNAL_SECRET`,
        LW_GATEWAY_JWT_SECRET: `${SECRET}/LW_GATEWAY_JWT_SECRET`,
        LW_VIRTUAL_KEY_PEPPER: `${SECRET}/LW_VIRTUAL_KEY_PEPPER`,
        CONTROL_PLANE_SEALING_KEYS: `${SECRET}/CONTROL_PLANE_SEALING_KEYS`,
      });
      assert.equal(container.readinessProbe.httpGet.path, '/readyz');
      assert.equal(container.livenessProbe.httpGet.path, '/healthz');
      assert.deepEqual(container.lifecycle.preStop.exec.command, ['sleep', '5']);
      assert.equal(spec.template.spec.terminationGracePeriodSeconds, 40);
      assert.equal(spec.template.spec.automountServiceAccountToken, false);
      assert.equal(container.securityContext.readOnlyRootFilesystem, true);
      const service = r.one('Service', '-control-plane');
      assert.equal(r.config.LW_GATEWAY_BASE_URL, `http://${service.metadata.name}:${service.spec.ports[0].port}`);
      assert.equal(r.one('PodDisruptionBudget', '-control-plane').spec.minAvailable, 1);
    },
  },
  {
    name: 'the migration runs before each install and upgrade, with the same image and no secret but the database’s',
    values: {
      controlPlaneDeployment: {
        enabled: true,
        migration: { activeDeadlineSeconds: 1200 },
        extraEnv: [{ name: 'PGSSLROOTCERT', value: '/ca.pem' }],
      },
    },
    check(r) {
      const job = r.one('Job', '-control-plane-migrate');
      assert.equal(job.metadata.annotations['helm.sh/hook'], 'pre-install,pre-upgrade');
      assert.equal(job.spec.activeDeadlineSeconds, 1200);
      assert.equal(job.spec.template.spec.restartPolicy, 'Never');
      const [container] = job.spec.template.spec.containers;
      assert.deepEqual(container.command, ['node', 'dist/apps/control-plane/src/migrate.js']);
      const [serving] = r.one('Deployment', '-control-plane').spec.template.spec.containers;
      assert.deepEqual(environmentOf(container), {
        DATABASE_URL: `${SECRET}/DATABASE_URL`,
        NODE_OPTIONS: '--max-old-space-size=307',
        PGSSLROOTCERT: '/ca.pem',
      });
      assert.equal(environmentOf(serving).PGSSLROOTCERT, '/ca.pem');
      assert.equal(container.image, serving.image);
    },
  },
  {
    name: 'the migration can be left to the operator',
    values: { controlPlaneDeployment: { enabled: true, migration: { enabled: false } } },
    check(r) {
      assert.equal(r.ofKind('Job').length, 0);
    },
  },
  {
    name: 'secrets that are rotated out reach the control plane under their own keys',
    values: {
      controlPlaneDeployment: {
        enabled: true,
        secrets: {
          existingSecretName: 'cp',
          internalSecretPreviousKey: 'OLD_INTERNAL',
          virtualKeyPepperPreviousKey: 'OLD_PEPPER',
        },
      },
    },
    check(r) {
      const [container] = r.one('Deployment', '-control-plane').spec.template.spec.containers;
      assert.equal(environmentOf(container).LW_GATEWAY_INTERNAL_SECRET_PREVIOUS, 'cp/OLD_INTERNAL');
      assert.equal(environmentOf(container).LW_VIRTUAL_KEY_PEPPER_PREVIOUS, 'cp/OLD_PEPPER');
    },
  },
  {
    name: 'a control plane elsewhere wins over the one of the chart',
    values: { controlPlane: { baseUrl: 'https://control.example.org/app' }, controlPlaneDeployment: { enabled: true } },
    check(r) {
      assert.equal(r.config.LW_GATEWAY_BASE_URL, 'https://control.example.org/app');
    },
  },
  {
    name: 'the network policy of the control plane admits the gateway and the peers named, on its port only',
    values: {
      networkPolicy: { enabled: true, egressToControlPlane: [], controlPlaneIngressFrom: [{ namespaceSelector: {} }] },
      controlPlaneDeployment: { enabled: true, service: { port: 6000 } },
    },
    check(r) {
      const { spec } = r.one('NetworkPolicy', '-control-plane');
      const plane = r.one('Deployment', '-control-plane').spec.selector.matchLabels;
      assert.deepEqual(spec.podSelector.matchLabels, plane);
      assert.deepEqual(spec.ingress, [
        {
          from: [
            { podSelector: { matchLabels: r.one('Deployment').spec.selector.matchLabels } },
            { namespaceSelector: {} },
          ],
          ports: [{ protocol: 'TCP', port: 6000 }],
        },
      ]);
      const toPlane = r.one('NetworkPolicy').spec.egress[1];
      assert.deepEqual(toPlane.to, [{ podSelector: { matchLabels: plane } }]);
      assert.deepEqual(toPlane.ports, [{ protocol: 'TCP', port: 6000 }]);
    },
  },
];
