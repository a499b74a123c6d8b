/**
 * The arrows of the house. Imports run one way:
 * domain <- crypto <- records <- activities <- runtime; mail sees domain; workflows see domain and activity types; the api sees domain, records,
 * crypto and the workflows' messages; nobody imports runtime but runtime and the tests, and nobody but those two imports the api.
 */
const room = (name) => `^${name}/`;
const ROOMS = ['domain', 'crypto', 'prisma', 'records', 'mail', 'workflows', 'activities', 'api', 'runtime', 'test'];

/** What each room may look into, itself included. */
const SEES = {
  domain: ['domain'],
  crypto: ['domain', 'crypto'],
  prisma: ['prisma'],
  records: ['domain', 'crypto', 'prisma', 'records'],
  mail: ['domain', 'mail'],
  workflows: ['domain', 'workflows'],
  activities: ['domain', 'crypto', 'records', 'mail', 'activities'],
  api: ['domain', 'crypto', 'records', 'api'],
};

const arrows = Object.entries(SEES).map(([name, sees]) => ({
  name: `${name}-sees-only-${sees.join('-')}`,
  severity: 'error',
  from: { path: room(name), ...(name === 'prisma' ? { pathNot: '^prisma/dev/' } : {}) },
  to: {
    path: ROOMS.filter((other) => !sees.includes(other)).map(room),
    pathNot: [...(name === 'api' ? ['^workflows/messages\\.ts$'] : []), ...(name === 'workflows' ? ['^activities/contract\\.ts$'] : [])],
  },
}));

module.exports = {
  forbidden: [
    ...arrows,
    // what the workflows see of the activities is types: the contract itself imports nothing but the domain
    { name: 'the-contract-is-types', severity: 'error', from: { path: '^activities/contract\\.ts$' }, to: { pathNot: '^domain/' } },
    { name: 'domain-is-pure', severity: 'error', from: { path: '^domain/' }, to: { pathNot: '^domain/' } },
    {
      name: 'libsodium-through-crypto-only',
      severity: 'error',
      from: { pathNot: '^(crypto|test)/' },
      to: { path: 'libsodium' },
    },
    {
      name: 'workflows-import-no-node',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'nobody-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'no-circles',
      severity: 'error',
      from: { pathNot: '^prisma/generated/' },
      to: { circular: true, pathNot: '^prisma/generated/' },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^prisma/generated/'] },
    exclude: { path: '^(dist|prisma/generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
