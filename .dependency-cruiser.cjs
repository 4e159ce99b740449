/** The borders of ARCHITECTURE.md, checked: who may import whom. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'libs-do-not-know-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      comment: 'standalone puts the other two together; nothing else crosses.',
      severity: 'error',
      from: { path: '^apps/(gateway|control-plane)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-meet-through-their-index',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$2/', '^libs/[^/]+/src/(testing/)?index\\.ts$'] },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['\\.(integration\\.|e2e-)?spec\\.ts$', '/testing/', '^libs/providers/package/'],
      },
      to: { path: '^libs/providers/src/testing/' },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { path: '^libs/', pathNot: '^libs/kernel/' },
    },
    {
      name: 'gateway-protocol-imports-only-the-kernel',
      severity: 'error',
      from: { path: '^libs/gateway-protocol/' },
      to: { path: '^libs/', pathNot: ['^libs/gateway-protocol/', '^libs/kernel/'] },
    },
    {
      name: 'nest-only-in-module-files-of-libs',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.module\\.ts$' },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'provider-spec-imports-nothing',
      severity: 'error',
      from: { path: '^libs/providers/src/spec/' },
      to: { pathNot: '^libs/providers/src/spec/' },
    },
    {
      name: 'retry-is-pure',
      severity: 'error',
      from: { path: '^libs/retry/', pathNot: '\\.spec\\.ts$' },
      to: { path: ['node_modules', '^node:'] },
    },
    {
      name: 'gateway-has-no-database',
      severity: 'error',
      from: { path: '^(apps/gateway|libs)/', pathNot: '\\.e2e-spec\\.ts$' },
      to: { path: 'node_modules/(pg|kysely)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['gateway-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
