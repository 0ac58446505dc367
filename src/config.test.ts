import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, type ConfigSources, configDocs, configHelp, loadConfig } from './config.ts'

const key = Buffer.alloc(32, 7).toString('base64')

/** Sources with nothing in them but what is given. */
function sources({
  argv = [],
  env = {},
  files = {},
}: {
  argv?: readonly string[]
  env?: Record<string, string>
  files?: Record<string, string>
} = {}): ConfigSources {
  return {
    argv,
    env,
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
      return text
    },
  }
}

function problemsOf(given: ConfigSources): readonly string[] {
  try {
    loadConfig(given)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('it runs with no settings at all', () => {
  const { config, warnings } = loadConfig(sources())
  assert.deepEqual(config, {
    host: '127.0.0.1',
    port: 8080,
    dataDir: './data',
    database: 'sqlite',
    durability: 'full',
    logLevel: 'info',
    seedDemo: true,
    allowPrivateNetworks: [],
    requestBytesMax: 512_000,
    trustProxy: false,
    drainMs: 5000,
    backlogMax: 1_000_000,
    retentionDays: 90,
    smtpPort: 0,
    smtpHost: '127.0.0.1',
    mcpHosts: [],
    mcpWrites: 'careful',
    clientRegistration: 'open',
    rateLimit: 'off',
  })
  assert.deepEqual(warnings, [])
})

test('flags win over the environment, the environment over the file, the file over defaults', () => {
  const files = {
    'signalbox.json': '{"port": 1, "drainMs": 1, "retentionDays": 1, "seedDemo": false}',
  }
  const env = { SIGNALBOX_PORT: '2', SIGNALBOX_DRAIN_MS: '2' }
  const { config } = loadConfig(sources({ argv: ['--port', '3'], env, files }))
  assert.equal(config.port, 3)
  assert.equal(config.drainMs, 2)
  assert.equal(config.retentionDays, 1)
  assert.equal(config.seedDemo, false)
  assert.equal(config.logLevel, 'info')
})

test('every kind of value can be written as a text', () => {
  const argv = [
    '--port=0',
    '--trust-proxy',
    '--no-seed-demo',
    '--allow-private-networks',
    '10.0.0.0/8, fd00::/8',
    '--log-level=debug',
    '--public-url=https://sms.example.org/',
  ]
  const { config } = loadConfig(sources({ argv, env: { SIGNALBOX_SEED_DEMO: 'true' } }))
  assert.equal(config.port, 0)
  assert.equal(config.trustProxy, true)
  assert.equal(config.seedDemo, false)
  assert.deepEqual(config.allowPrivateNetworks, ['10.0.0.0/8', 'fd00::/8'])
  assert.equal(config.logLevel, 'debug')
  assert.equal(config.publicUrl, 'https://sms.example.org')
})

test('a switch can be given a value', () => {
  assert.equal(loadConfig(sources({ argv: ['--seed-demo=false'] })).config.seedDemo, false)
  assert.equal(loadConfig(sources({ env: { SIGNALBOX_SEED_DEMO: '0' } })).config.seedDemo, false)
})

test('the file can be named by a flag or by the environment, and then it must exist', () => {
  const files = { 'a.json': '{"port": 1}', 'b.json': '{"port": 2}' }
  const env = { SIGNALBOX_CONFIG: 'b.json' }
  assert.equal(loadConfig(sources({ argv: ['--config', 'a.json'], env, files })).config.port, 1)
  assert.equal(loadConfig(sources({ env, files })).config.port, 2)
  assert.match(problemsOf(sources({ argv: ['--config=c.json'] }))[0] ?? '', /c\.json/)
})

test('secrets can be read from files, once', () => {
  const env = { SIGNALBOX_KEY_FILE: '/run/key', SIGNALBOX_DATABASE_FILE: '/run/db' }
  const files = { '/run/key': `${key}\n`, '/run/db': 'postgres://u:p@db/signalbox\n' }
  const { config } = loadConfig(sources({ env, files }))
  assert.equal(config.key, key)
  assert.equal(config.database, 'postgres://u:p@db/signalbox')
})

test('a secret given twice, or in a file that is missing, is a problem', () => {
  const env = { SIGNALBOX_KEY: key, SIGNALBOX_KEY_FILE: 'k', SIGNALBOX_DATABASE_FILE: 'missing' }
  const problems = problemsOf(sources({ env, files: { k: key } }))
  assert.equal(problems.length, 2)
  assert.match(problems.join('\n'), /only one of SIGNALBOX_KEY and SIGNALBOX_KEY_FILE/)
  assert.match(problems.join('\n'), /SIGNALBOX_DATABASE_FILE/)
})

test('every problem is reported at once, each with its place and what is allowed', () => {
  const problems = problemsOf(
    sources({
      argv: ['--port', 'many', '--dta-dir', 'x', 'serve', '--data-dir'],
      env: {
        SIGNALBOX_DURABILITY: 'none',
        SIGNALBOX_PUBLIC_URL: 'ftp://x',
        SIGNALBOX_ALLOW_PRIVATE_NETWORKS: '10.0.0.0/8,office',
        SIGNALBOX_TRUST_PROXY: 'perhaps',
        SIGNALBOX_NODE_ID: 'a b',
      },
      files: { 'signalbox.json': '{"drainMs": "soon", "datadir": "x", "host": 5}' },
    }),
  )
  const expected = [
    '--port must be a whole number from 0 to 65535, not "many".',
    '--dta-dir is no flag; see --help.',
    '"x" is no flag; see --help.',
    '"serve" is no flag; see --help.',
    '--data-dir must be a text that is not empty, not "".',
    'SIGNALBOX_DURABILITY must be full or process, not "none".',
    'SIGNALBOX_PUBLIC_URL must be an http:// or https:// address without credentials, query or fragment, not "ftp://x".',
    'SIGNALBOX_ALLOW_PRIVATE_NETWORKS must be a list of networks in CIDR form, such as 10.0.0.0/8, not "10.0.0.0/8,office".',
    'SIGNALBOX_TRUST_PROXY must be true or false, not "perhaps".',
    'SIGNALBOX_NODE_ID must be 1 to 64 letters, digits, dots, dashes and underscores, not "a b".',
    '"drainMs" in signalbox.json must be a whole number from 0 to 600000, not "soon".',
    '"datadir" in signalbox.json is no setting; did you mean dataDir?',
    '"host" in signalbox.json must be a text that is not empty, not 5.',
  ]
  assert.deepEqual([...problems].sort(), expected.sort())
})

test('a value below a default is judged even when a later place gives a good one', () => {
  const env = { SIGNALBOX_PORT: '70000' }
  assert.equal(problemsOf(sources({ argv: ['--port=1'], env })).length, 1)
})

test('a problem never repeats a secret', () => {
  const env = { SIGNALBOX_KEY: 'planted-secret', SIGNALBOX_DATABASE: 'mysql://u:planted-secret@h' }
  const files = { 'signalbox.json': '{"key": "planted-secret' }
  const problems = problemsOf(sources({ env, files }))
  assert.equal(problems.length, 3)
  assert.doesNotMatch(problems.join('\n'), /planted/)
})

test('listening beyond this machine without TLS warns, behind a TLS proxy it does not', () => {
  const warningsOf = (...argv: string[]) => loadConfig(sources({ argv })).warnings
  assert.equal(warningsOf('--host=0.0.0.0').length, 1)
  assert.equal(warningsOf('--host=::').length, 1)
  assert.equal(warningsOf('--host=::1').length, 0)
  assert.equal(warningsOf('--host=0.0.0.0', '--trust-proxy').length, 0)
  assert.equal(warningsOf('--host=0.0.0.0', '--public-url=https://x.example').length, 0)
})

test('weaker durability, secrets as flags and unknown variables warn', () => {
  const argv = ['--durability=process', '--database=postgres://u:p@db/x']
  const { warnings } = loadConfig(sources({ argv, env: { SIGNALBOX_PROT: '1' } }))
  assert.equal(warnings.length, 3)
  assert.match(warnings.join('\n'), /SIGNALBOX_PROT is no setting/)
  assert.match(warnings.join('\n'), /SIGNALBOX_DATABASE_FILE/)
  assert.doesNotMatch(warnings.join('\n'), /u:p/)
})

test('the port that Kubernetes describes beside a service is not taken for ours', () => {
  const { config, warnings } = loadConfig(
    sources({ env: { SIGNALBOX_PORT: 'tcp://10.0.0.1:8080' } }),
  )
  assert.equal(config.port, 8080)
  assert.equal(warnings.length, 1)
})

test('help and documentation name every setting', () => {
  const { config } = loadConfig(sources({ env: { SIGNALBOX_KEY: key, SIGNALBOX_NODE_ID: 'n' } }))
  for (const name of [...Object.keys(config), 'publicUrl']) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    assert.ok(configHelp().includes(`--${flag}`), flag)
    assert.ok(configDocs().includes(`| \`${name}\` |`), name)
  }
  assert.match(configDocs(), /`SIGNALBOX_KEY_FILE`/)
  assert.match(configHelp(), /--port <number> +TCP port.*\(default: 8080\)/)
})
