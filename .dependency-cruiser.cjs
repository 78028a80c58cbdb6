/**
 * The layers of docs/architecture.md, lowest first. A folder imports itself and lower ones only.
 * Within layer 2 the folders are side by side: db, stripe and schema do not know each other's insides,
 * auth and config are read by all of them.
 */
const layers = [
  ['errors', 'log', 'access'],
  ['config', 'auth', 'db', 'stripe', 'schema'],
  ['feed'],
  ['mirror'],
  ['inbox', 'commands'],
  ['resolvers'],
  ['http'],
  ['app'],
  ['cli'],
];
const of = (names) => `^src/(${names.join('|')})([./]|$)`;
const see = 'See "The house" in docs/architecture.md.';

const upward = layers.slice(0, -1).map((names, i) => ({
  name: `layer-${i + 1}-imports-no-higher`,
  comment: `${names.join(', ')} may import their own layer and lower ones only. ${see}`,
  severity: 'error',
  from: { path: of(names) },
  to: { path: of(layers.slice(i + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-circular',
      comment: 'Imports go one way.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvers-only-permit-load-command',
      comment: `A resolver permits, loads or commands; it never speaks to Stripe, the mirror or the inbox. ${see}`,
      severity: 'error',
      from: { path: of(['resolvers']) },
      to: { path: of(['stripe', 'mirror', 'inbox']) },
    },
    {
      name: 'inbox-and-commands-apart',
      comment: `Both go through the mirror. ${see}`,
      severity: 'error',
      from: { path: of(['inbox']) },
      to: { path: of(['commands']) },
    },
    {
      name: 'commands-and-inbox-apart',
      comment: `Both go through the mirror. ${see}`,
      severity: 'error',
      from: { path: of(['commands']) },
      to: { path: of(['inbox']) },
    },
    {
      name: 'database-drivers-in-db-only',
      comment: `src/db is the sole user of drizzle and postgres. ${see}`,
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/' },
      to: { path: 'node_modules/(drizzle-orm|postgres)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stripe-sdk-in-stripe-only',
      comment: `src/stripe is the sole runtime user of the SDK; its types may be imported anywhere. ${see}`,
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/stripe/' },
      to: { path: 'node_modules/stripe/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'access-is-pure',
      comment: `The rules do no I/O: no package, no Node module, nothing but themselves. ${see}`,
      severity: 'error',
      from: { path: '^src/access/' },
      to: { pathNot: '^src/access/' },
    },
    {
      name: 'packages-know-no-src',
      comment: `The sandbox is reached over HTTP only; no package imports the gateway. ${see}`,
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^src/' },
    },
    {
      name: 'src-knows-no-package',
      comment: `Embedded parts are started by the command line as processes; nothing in src imports one. ${see}`,
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^packages/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A module that nobody imports and that is no entry point is dead.',
      from: { orphan: true, path: '^src/', pathNot: ['^src/cli/'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
