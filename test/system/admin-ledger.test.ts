import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  adminTokensOfEveryRole,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** The ledger over the admin API of a running gateway: verified, given away, held, pruned. */

setGatewayKeys()
const folder = temporaryFolder()
const order = 'test-order'

suite('the ledger over the admin API', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const checkpoints = [
      { id: 'evidence', to: 'file:evidence' },
      { id: 'nowhere', to: 'git:no-repository' },
    ]
    gateway = await startGateway(
      folder,
      gatewayWorld({
        upstream: provider.baseUrl,
        ledger: keys.ledger,
        admin: { ...adminTokensOfEveryRole, checkpoints },
      }),
    )
    for (let turn = 0; turn < 3; turn += 1) {
      const response = await fetch(`${gateway.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED },
        body: JSON.stringify({
          model: 'claude-fable-5',
          max_tokens: 9,
          messages: [{ role: 'user', content: '[[words: 3]] hello' }],
        }),
      })
      assert.equal(response.status, 200)
      await response.text()
    }
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const post = (path: string, as: AdminRoleUnderTest, body: unknown) =>
    askAdmin(gateway.admin, `/api/v1/ledger/${path}`, { as, method: 'POST', body })
  const get = (path: string, as: AdminRoleUnderTest) =>
    askAdmin(gateway.admin, `/api/v1/ledger/${path}`, { as })
  const search = (kind: string): string => {
    const found = holdfast(['ledger', 'search', '--kind', kind, '--format', 'json'], {
      cwd: folder,
    })
    assert.equal(found.status, 0, found.stderr)
    return found.stdout
  }

  test('it is verified beside the traffic, and with keys and witnesses that the caller brings', async () => {
    interface Verified {
      readonly isWhole: boolean
      readonly logs: readonly { readonly origin: string; readonly entries: number }[]
      readonly selfNamedKeys: readonly string[]
      readonly badWitnesses: readonly unknown[]
    }
    const answer = await post('verify', 'operator', {})
    assert.equal(answer.status, 200, answer.text)
    const found = answer.json<Verified>()
    assert.equal(found.isWhole, true)
    assert.ok((found.logs.find(({ origin }) => origin.endsWith('/gateway'))?.entries ?? 0) >= 4)
    const trusted = await post('verify', 'counsel', {
      keys: found.selfNamedKeys,
      withSchema: true,
      witnesses: ['no checkpoint at all'],
    })
    const held = trusted.json<Verified>()
    assert.deepEqual([held.isWhole, held.selfNamedKeys], [false, []])
    assert.equal(held.badWitnesses.length, 1)
    assert.equal((await post('verify', 'viewer', {})).status, 403)
    const wrongKey = await post('verify', 'operator', { keys: ['/etc/passwd'] })
    assert.equal(wrongKey.status, 422)
    assert.equal(wrongKey.json<{ error: { code: string } }>().error.code, 'HF_USAGE')
    assert.equal((await post('verify', 'operator', { keys: ['x'.repeat(2_000)] })).status, 400)
  })

  test('entries are given away with proofs, line by line, and end where they end', async () => {
    const answer = await get('export?kind=decision', 'counsel')
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.headers.get('content-type'), 'application/jsonl')
    assert.match(String(answer.headers.get('content-disposition')), /ledger\.jsonl/)
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    assert.equal(typeof lines[0]?.['checkpoint'], 'string')
    const entries = lines.filter((line) => 'entry' in line)
    assert.ok(entries.length >= 3)
    const csv = await get('export?format=csv&limit=2', 'admin')
    assert.match(String(csv.headers.get('content-type')), /^text\/csv/)
    assert.equal(csv.text.trimEnd().split('\r\n').length, 3)
    assert.equal((await get('export', 'operator')).status, 403)
    for (const query of ['limit=0', 'format=xml', 'from=monday', 'folder=/etc'])
      assert.equal((await get(`export?${query}`, 'counsel')).status, 400, query)
  })

  test('a hold that is placed stands in the ledger with who asked, keeps, and is released', async () => {
    const body = {
      name: 'matter-7',
      reference: 'letter of 3 July',
      directive: order,
      by: 'R. Adler',
    }
    const placed = await post('holds', 'counsel', body)
    assert.equal(placed.status, 200, placed.text)
    assert.deepEqual(placed.json(), {
      hold: 'matter-7',
      change: 'placed',
      selection: { directive: order },
    })
    assert.match(search('hold'), /"by":"R\. Adler \(token lawyer\)"/)
    const again = await post('holds', 'counsel', body)
    assert.equal(again.status, 422)
    assert.match(again.text, /stands already/)
    const listed = (await get('holds', 'admin')).json<{ holds: readonly { name: string }[] }>()
    assert.deepEqual(
      listed.holds.map(({ name }) => name),
      ['matter-7'],
    )
    for (const as of ['viewer', 'operator'] as const)
      assert.equal((await post('holds', as, { ...body, name: 'other' })).status, 403)
    assert.equal((await post('holds', 'counsel', { name: 'other' })).status, 400)
    const released = await post('holds/matter-7/release', 'admin', { reference: 'settled' })
    assert.equal(released.status, 200, released.text)
    assert.match(search('hold'), /"by":"token owner".*"change":"released"/)
    assert.equal((await post('holds/matter-7/release', 'admin', { reference: 'x' })).status, 422)
  })

  test('what cannot be taken back asks for a word that nobody types by accident', async () => {
    const before = '2020-01-01'
    const dry = await post('prune', 'counsel', { before, dryRun: true })
    assert.equal(dry.status, 200, dry.text)
    assert.deepEqual(dry.json(), { removable: 0, removed: 0, kept: [], inUse: [] })
    const untyped = await post('prune', 'counsel', { before })
    assert.equal(untyped.status, 409)
    assert.match(untyped.text, /not_confirmed.*remove before 2020-01-01/)
    assert.equal((await post('prune', 'counsel', { before, confirm: 'yes' })).status, 409)
    const done = await post('prune', 'counsel', { before, confirm: `remove before ${before}` })
    assert.equal(done.status, 200, done.text)
    assert.match(search('configuration'), /"by":"token lawyer".*contents before 2020-01-01/)
    const unknown = await post('periods/none/destroy', 'admin', {
      reason: 'the directive was lifted',
      confirm: 'destroy none',
    })
    assert.equal(unknown.status, 422)
    assert.match(unknown.text, /no key of a period `none` is kept/)
    const wrong = await post('periods/none/destroy', 'admin', { reason: 'x', confirm: 'none' })
    assert.equal(wrong.status, 409)
  })

  test('checkpoints go only to places that holdfast.yaml names', async () => {
    const taken = await post('checkpoints', 'operator', { to: 'evidence', by: 'Ada' })
    assert.equal(taken.status, 200, taken.text)
    const names = readdirSync(join(folder, 'evidence'))
    assert.ok(
      names.some((name) => name.endsWith('.checkpoint')),
      names.join(),
    )
    assert.match(readFileSync(join(folder, 'evidence', names[0] ?? ''), 'utf8'), /Test|test/)
    assert.match(search('configuration'), /Ada \(token desk\).*checkpoints taken to evidence/)
    const path = await post('checkpoints', 'operator', { to: 'file:/tmp/elsewhere' })
    assert.equal(path.status, 409)
    assert.match(path.text, /it has evidence, nowhere/)
    const failed = await post('checkpoints', 'operator', { to: 'nowhere' })
    assert.equal(failed.json<{ error: { code: string } }>().error.code, 'HF_TOOL_FAILED')
    assert.ok(!existsSync('/tmp/elsewhere'))
  })
})
