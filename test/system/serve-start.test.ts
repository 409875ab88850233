import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { banOnFable, gatewayWorld, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { holdfast, type Outcome, root, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * A start of `holdfast serve` that cannot be: it says what is in the way, where, and what to do, and ends with the code
 * that its help promises. Nobody meets a stack of calls.
 */

setGatewayKeys()
const order = 'test-order'
const anyPort = '127.0.0.1:0'
const folders = { own: temporaryFolder(), other: temporaryFolder(), nobodys: temporaryFolder() }

function serve(folder: string, words: readonly string[] = []): Outcome {
  return holdfast(['serve', '--listen', anyPort, '--admin-listen', anyPort, ...words], {
    cwd: folder,
  })
}

function assertFault(outcome: Outcome, code: number, ...said: readonly RegExp[]): void {
  assert.equal(outcome.status, code, outcome.stderr)
  for (const words of said) assert.match(outcome.stderr, words)
  assert.doesNotMatch(outcome.stderr, /HF_BUG|^\s+at .*\(/m)
  assert.match(outcome.stderr, /^ {2}do: \S/m)
}

/** Everything that a start reads or writes, for one user alone. */
function filesOf(folder: string): object {
  const keys = ledgerKeys()
  const world = gatewayWorld({ upstream: 'http://127.0.0.1:9', load: [order], ledger: keys.ledger })
  writeFiles(folder, {
    ...keys.files,
    'holdfast.yaml': stringify(world, { aliasDuplicateObjects: false }),
    [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    'policies/own.cedar': 'permit(principal, action, resource);\n',
    '.holdfast/verdicts/none.json': '[]',
  })
  for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
  return world
}

suite('a start that cannot be', () => {
  const { own, other } = folders
  let gateway: GatewayProcess
  let taken: Server
  let address = ''

  before(async () => {
    const world = filesOf(own)
    filesOf(other)
    gateway = await startGateway(own, world)
    taken = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => taken.once('listening', listening))
    const { port } = taken.address() as { readonly port: number }
    address = `127.0.0.1:${port}`
  })
  after(async () => {
    taken.close()
    assert.equal(await gateway.stop(), 0)
  })

  test('without a holdfast.yaml, or with one that is a folder', () => {
    assertFault(serve(temporaryFolder()), 2, /^error HF_CONFIG_MISSING: .*it does not exist/)
    const folder = temporaryFolder()
    writeFiles(folder, { 'holdfast.yaml/file': '' })
    assertFault(serve(folder), 2, /^error HF_CONFIG_MISSING: .*it is a folder/)
  })

  test('where another process listens, and which flag would name another place', () => {
    const words = [/HF_LISTEN_FAILED: .*another process listens there/, new RegExp(address)]
    assertFault(serve(other, ['--listen', address]), 2, ...words, /with --listen or `gateway\.l/)
    const admin = serve(other, ['--admin-listen', address])
    assertFault(admin, 2, ...words, /with --admin-listen or `admin\.l/)
    const several = serve(other, ['--listen', address, '--processes', '2'])
    assertFault(several, 2, ...words)
  })

  test('where another gateway runs, which is named', () => {
    const outcome = serve(own)
    assertFault(outcome, 2, /^error HF_SERVE_RUNNING: /m)
    for (const words of [String(gateway.pid), gateway.url, gateway.admin])
      assert.ok(outcome.stderr.includes(words), outcome.stderr)
  })
})

/** Of no right to anything that is not everybody's. */
const nobody = 65_534

function skipUnlessRoot(): string | false {
  if (process.getuid?.() !== 0) return 'only root can become another user'
  const { status, stderr } = asNobody(['--version'], root)
  return status === 0 ? false : `nobody cannot run this tree here: ${stderr}`
}

function asNobody(words: readonly string[], folder: string): Outcome {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(root, 'bin/holdfast.mjs'), ...words],
    {
      cwd: folder,
      uid: nobody,
      gid: nobody,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, XDG_CACHE_HOME: join(folder, '.cache'), NO_COLOR: '1' },
    },
  )
  return { status, stdout, stderr: error === undefined ? stderr : String(error) }
}

suite('a start without rights', { skip: skipUnlessRoot() }, () => {
  const folder = folders.nobodys
  const words = ['serve', '--listen', anyPort, '--admin-listen', anyPort]

  before(async () => {
    const gateway = await startGateway(folder, filesOf(folder))
    assert.equal(await gateway.stop(), 0)
    chownAll(folder)
  })

  function chownAll(path: string): void {
    chownSync(path, nobody, nobody)
    if (statSync(path).isDirectory())
      for (const name of readdirSync(path)) chownAll(join(path, name))
  }

  /** What nobody may do with one path, and what a start says of that. */
  const cases: readonly (readonly [string, number, number, RegExp])[] = [
    ['holdfast.yaml', 0o000, 2, /HF_CONFIG_MISSING: .*holdfast\.yaml`: this user has no right to/],
    ['keys/sign.pem', 0o000, 2, /HF_KEY_INVALID: `ledger\.signingKey`: .*this user has no right/],
    ['keys/sign.pem', 0o644, 2, /HF_KEY_INVALID: `ledger\.signingKey`: .*[\s\S]*chmod 600/],
    ['directives', 0o000, 3, /HF_FILE_READ: cannot list .*directives`: this user has no right to/],
    ['policies', 0o000, 3, /HF_FILE_READ: cannot read .*policies`: this user has no right to/],
    ['.holdfast', 0o000, 3, /HF_LEDGER_UNWRITABLE: .*\.holdfast.*this user has no right to/],
    ['.holdfast/ledger', 0o000, 3, /HF_LEDGER_UNWRITABLE: .*ledger.*this user has no right to/],
    ['.holdfast/store.sqlite', 0o000, 3, /HF_STORE_UNWRITABLE: .*store\.sqlite/],
  ]

  for (const [path, mode, code, said] of cases)
    test(`${path} with rights ${mode.toString(8).padStart(3, '0')}`, () => {
      const place = join(folder, path)
      const { mode: before } = statSync(place)
      chmodSync(place, mode)
      try {
        assertFault(asNobody(words, folder), code, said)
      } finally {
        chmodSync(place, before)
      }
    })
})
