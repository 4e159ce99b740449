const RETIRED_OR_FOREIGN = {
  'bifrost.poolSize': { bifrost: { poolSize: 200 } },
  'admin.addr': { admin: { addr: '127.0.0.1:6060' } },
  'guardrails.preTimeout': { guardrails: { preTimeout: '800ms' } },
  'budget.warnThresholdPct': { budget: { warnThresholdPct: '0.9' } },
  'otel.authToken': { otel: { authToken: 'x' } },
  'security.readTimeout': { security: { readTimeout: '60s' } },
  'resources.limit': { resources: { limit: { cpu: '1' } } },
  'probes.readiness.httpGet': { probes: { readiness: { httpGet: { path: '/' } } } },
  'spend.spool.persistence.existingClaim': { spend: { spool: { persistence: { existingClaim: 'x' } } } },
  'controlPlaneDeployment.image': { controlPlaneDeployment: { image: 'x' } },
};

function unknownKey([path, values]) {
  const parts = path.split('.');
  // The schema names the first key on the path that it does not know: its root, or its leaf.
  const key = `(${parts[0]}|${parts.at(-1)})`;
  return {
    name: `a value that nothing reads is refused by name: ${path}`,
    values,
    says: new RegExp(`Additional property ${key} is not allowed|additional properties '${key}'`),
  };
}

/** Values that must not render, and what the refusal must say. */
export const refusals = [
  {
    name: 'a duration in a unit that is too small is refused by name',
    values: { cache: { refreshInterval: '800ms' } },
    says: /refreshInterval/,
  },
  {
    name: 'a long poll that the control plane would not hold is refused with the bound',
    values: { controlPlane: { longPollTimeout: '1m' } },
    says: /controlPlane\.longPollTimeout is "1m": it must be between 1 and 25 seconds/,
  },
  {
    name: 'a network check of a URL is refused, because it wants a host',
    values: { startup: { netcheckHosts: ['https://api.openai.com'] } },
    says: /netcheckHosts/,
  },
  {
    name: 'too short a grace period is refused with the number that is needed',
    values: { shutdown: { timeoutSeconds: 120 } },
    says: /terminationGracePeriodSeconds is 75 and must be at least 135/,
  },
  {
    name: 'a grace period one second short is refused',
    values: { terminationGracePeriodSeconds: 74 },
    says: /must be at least 75/,
  },
  {
    name: 'a control plane that would be killed before it has drained is refused',
    values: { controlPlaneDeployment: { enabled: true, terminationGracePeriodSeconds: 30 } },
    says: /controlPlaneDeployment\.terminationGracePeriodSeconds is 30 and must be at least 40/,
  },
  {
    name: 'an environment that the gateway would refuse to start in is refused',
    values: { environment: 'production', security: { blockLocalHTTPCalls: true } },
    says: /environment is "production".*security\.requireHTTPSCustomEndpoints/,
  },
  {
    name: 'the retired key shutdown.preDrainWait is refused with its successor',
    values: { shutdown: { preDrainWait: '5s' } },
    says: /shutdown\.preDrainWait is no longer read: set shutdown\.preDrainWaitSeconds/,
  },
  {
    name: 'the retired key shutdown.timeout is refused with its successor',
    values: { shutdown: { timeout: '60s' } },
    says: /shutdown\.timeout is no longer read: set shutdown\.timeoutSeconds/,
  },
  {
    name: 'a duration where seconds belong is refused',
    values: { shutdown: { timeoutSeconds: '60s' } },
    says: /timeoutSeconds/,
  },
  {
    name: 'fewer pods at most than at least are refused',
    values: { autoscaling: { minReplicas: 5, maxReplicas: 3 } },
    says: /autoscaling\.minReplicas \(5\) is greater than autoscaling\.maxReplicas \(3\)/,
  },
  {
    name: 'a /tmp that cannot hold the spool is refused',
    values: { scratchSizeLimit: '64Mi' },
    says: /scratchSizeLimit is 67108864 bytes and must be more than spend\.spool\.maxBytes/,
  },
  {
    name: 'a spool volume that cannot hold the spool is refused',
    values: { spend: { spool: { persistence: { enabled: true, size: '10Mi' } } } },
    says: /spend\.spool\.persistence\.size is 10485760 bytes/,
  },
  {
    name: 'a memory limit in an unknown unit is refused',
    values: { resources: { limits: { memory: '1Pi' } } },
    says: /resources\.limits\.memory is "1Pi": write it in bytes or with one of the units/,
  },
  {
    name: 'a log level that the gateway does not know is refused',
    values: { logging: { level: 'trace' } },
    says: /level/,
  },
  {
    name: 'a warn threshold as a fraction is refused',
    values: { budget: { warnThresholdPercent: 0.8 } },
    says: /warnThresholdPercent/,
  },
  { name: 'a privileged listening port is refused', values: { service: { targetPort: 80 } }, says: /targetPort/ },
  ...Object.entries(RETIRED_OR_FOREIGN).map(unknownKey),
];
