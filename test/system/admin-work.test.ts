import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Register } from '../../src/schema/register.ts'
import { TrialReport } from '../../src/schema/trial-report.ts'
import { type AdminRoleUnderTest, askAdmin } from '../support/admin-api.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { adminTokensOfEveryRole, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { goodCandidate, suspension, trialWorld } from '../support/trial-world.ts'
import { openaiUsagePage } from '../support/usage-samples.ts'
import { holdfast, temporaryFolder } from './holdfast.ts'

/** What commands do beside a gateway, asked of the gateway itself: with what it came to, and what it left behind. */

setGatewayKeys()
const folder = temporaryFolder()

interface Run {
  readonly id: string
  readonly state: string
  readonly by: string
  readonly notes: readonly string[]
  readonly finishedAt: string | null
}

suite('work over the admin API', () => {
  let provider: Provider
  let gateway: GatewayProcess
  const told: string[] = []

  before(async () => {
    // Keys that others may read are refused.
    process.umask(0o077)
    provider = await startProvider({ seed: 0 })
    provider.script({ model: 'cedar-1', answer: { say: 'I do not know' } })
    const { config, files } = trialWorld({
      upstream: provider.baseUrl,
      tasks: 12,
      load: ['xx-elm'],
      more: {
        admin: {
          ...adminTokensOfEveryRole,
          snapshotKey: 'file:keys/sign.pem',
          backups: 'backups',
        },
        audit: { roots: ['tree'] },
      },
    })
    gateway = await startGateway(folder, config, {
      ...files,
      'directives/xx-elm.yaml': suspension('xx-elm', 'elm/elm-1'),
      'tree/ask.py': 'client.messages.create(model="claude-fable-5")\n',
    })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  const ask = async (path: string, as: AdminRoleUnderTest, body?: unknown) => {
    const method = body === undefined ? 'GET' : 'POST'
    const answer = await askAdmin(gateway.admin, `/api/v1/${path}`, { as, method, body })
    told.push(answer.text)
    return answer
  }
  const done = async <T>(path: string, as: AdminRoleUnderTest, body?: unknown): Promise<T> => {
    const answer = await ask(path, as, body)
    assert.equal(answer.status, 200, `${path}: ${answer.text}`)
    return answer.json<T>()
  }
  const finished = async ({ id }: Run): Promise<Run> => {
    let run = await done<Run>(`runs/${id}`, 'viewer')
    await until('the run has come to its end', async () => {
      run = await done<Run>(`runs/${id}`, 'viewer')
      return run.finishedAt !== null
    })
    return run
  }
  const recorded = (): string => {
    const words = ['ledger', 'search', '--kind', 'configuration', '--format', 'json']
    return holdfast(words, { cwd: folder }).stdout
  }

  test('a snapshot is signed by the key of holdfast.yaml, and verified by whoever has its other half', async () => {
    const signed = await done<{ snapshot: string }>('policy/snapshots', 'counsel', { by: 'Kim' })
    const pem = readFileSync(join(folder, 'keys/sign.pem'), 'utf8')
    const key = createPublicKey(pem).export({ type: 'spki', format: 'pem' })
    const { snapshot } = signed
    const verified = await done<{ state: string }>('policy/verify', 'viewer', { snapshot, key })
    assert.equal(verified.state, 'valid')
    const changed = snapshot.replace('elm-1', 'elm-2')
    assert.notEqual(changed, snapshot)
    const refused = await ask('policy/verify', 'viewer', { snapshot: changed, key })
    assert.equal(refused.status, 422, refused.text)
    assert.ok(recorded().includes('"by":"Kim (token lawyer)","change":"snapshot signed"'))
  })

  test('nobody asks policy about a person by name, or for small counts, but counsel', async () => {
    const question = { principal: 'cleared', model: 'oak/oak-9', workflow: 'count' }
    assert.equal((await ask('policy/decide', 'operator', question)).status, 403)
    const decided = await done<{ verdict: string }>('policy/decide', 'counsel', question)
    assert.equal(decided.verdict, 'allow')
    assert.equal((await ask('simulations', 'viewer', { exactCounts: true })).status, 403)
    const asked = { without: ['model:oak/oak-9'], exactCounts: true }
    const simulated = await done<{ workflows: readonly { id: string }[] }>(
      'simulations',
      'counsel',
      asked,
    )
    assert.ok(simulated.workflows.some(({ id }) => id === 'count'))
  })

  test('a directive is lifted by two persons where two are wanted, and no name of a file is read', async () => {
    const what = { at: '2026-11-01', source: 'https://authority.example/notice', by: 'Kim' }
    const lifted = await done<{ files: readonly string[] }>('directives/xx-elm/lift', 'counsel', {
      ...what,
      second: 'Robin',
    })
    assert.deepEqual(lifted.files, ['directives/xx-elm.yaml'])
    const text = readFileSync(join(folder, 'directives/xx-elm.yaml'), 'utf8')
    assert.match(text, /Kim \(token lawyer\)/)
    assert.match(text, /Robin \(token lawyer\)/)
    const path = encodeURIComponent('directives/xx-elm.yaml')
    assert.equal((await ask(`directives/${path}`, 'viewer')).status, 404)
    const asked = { id: 'directives/xx-elm.yaml' }
    assert.equal((await ask('directives/check', 'counsel', asked)).status, 400)
  })

  test('an audit runs beside the gateway, and gives its register once it is done', async () => {
    const begun = await done<Run>('audits', 'operator', { by: 'Kim' })
    const early = await ask(`runs/${begun.id}/result`, 'operator')
    assert.ok([200, 409].includes(early.status), early.text)
    const run = await finished(begun)
    assert.equal(run.state, 'done', run.notes.join('\n'))
    const register = Register.parse(await done(`runs/${run.id}/result`, 'operator'))
    assert.ok(register.dependencies.length > 0)
    assert.ok(existsSync(join(folder, '.holdfast/register.json')))
    assert.ok(recorded().includes('"by":"Kim (token desk)","change":"audit begun"'))
  })

  test('an export is sent, packed too, counts once, and is forgotten', async () => {
    interface Imported {
      readonly files: readonly { readonly state: string; readonly digest: string }[]
    }
    const page = JSON.stringify(openaiUsagePage)
    const [first] = (await done<Imported>('usage/imports?by=Kim', 'operator', page)).files
    assert.equal(first?.state, 'imported')
    const packed = await fetch(`${gateway.admin}/api/v1/usage/imports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${process.env['HOLDFAST_TEST_OPERATOR']}` },
      body: gzipSync(page),
    })
    const again = (await packed.json()) as Imported
    assert.equal(again.files[0]?.state, 'known')
    const digest = first.digest.slice('sha256:'.length, 'sha256:'.length + 12)
    await done(`usage/imports/${digest}/forget`, 'operator', {})
    const left = await done<{ files: readonly unknown[] }>('usage/imports', 'viewer')
    assert.deepEqual(left.files, [])
  })

  test('a backup is written into the folder of holdfast.yaml, and none is replaced', async () => {
    const asked = { name: 'monday.backup' }
    const written = await done<{ rows: Readonly<Record<string, number>> }>(
      'store/backups',
      'admin',
      asked,
    )
    assert.ok(Object.keys(written.rows).length > 0)
    assert.deepEqual(readdirSync(join(folder, 'backups')), ['monday.backup'])
    assert.equal((await ask('store/backups', 'admin', asked)).status, 409)
    assert.equal((await ask('store/backups', 'admin', { name: '../out' })).status, 400)
  })

  test('trials are planned, begun and shown, and the ledger says who began them', async () => {
    const plan = await done<{ trials: readonly unknown[] }>('qualification/plan', 'viewer', {})
    assert.equal(plan.trials.length, 2)
    const asked = { candidates: [`${goodCandidate}@north`], by: 'Kim', budget: '5 EUR' }
    const run = await finished(await done<Run>('trials', 'operator', asked))
    assert.equal(run.state, 'done', run.notes.join('\n'))
    const status = await done<{ trials: readonly { trial: string }[] }>('qualification', 'viewer')
    const [{ trial } = { trial: '' }] = status.trials
    const report = TrialReport.parse(await done(`trials/${trial}`, 'viewer'))
    assert.equal(report.trial, trial)
    const compared = await done<{
      trials: readonly unknown[]
      standings: readonly { trial: string; verdict: string }[]
    }>('trials/compare', 'viewer', { trials: [trial, goodCandidate] })
    assert.equal(compared.trials.length, 2)
    assert.equal(
      compared.standings.find((one) => one.trial === trial)?.verdict,
      report.result.verdict,
    )
    assert.ok(recorded().includes('"by":"Kim (token desk)","change":"trial begun"'))
  })

  test('a run that is ended stops in order, and those under way end with the gateway', async () => {
    provider.script({ model: 'cedar-1', answer: { say: 'slow', paceMs: 500 } })
    const begun = await done<Run>('trials', 'operator', { candidates: ['cedar/cedar-1'] })
    await done(`runs/${begun.id}/end`, 'operator', { by: 'Robin' })
    const run = await finished(begun)
    assert.equal(run.state, 'ended')
    assert.ok(recorded().includes('"by":"Robin (token desk)","change":"trial ended"'))
    await done<Run>('trials', 'operator', { candidates: ['cedar/cedar-1'] })
    assert.equal(await gateway.stop(), 0)
    assert.equal(existsSync(join(folder, '.holdfast/runs')), false)
  })

  test('nowhere is it told where the server lies', () => {
    assert.ok(told.length > 20)
    for (const text of told) assert.ok(!text.includes(folder), text.slice(0, 500))
  })
})
