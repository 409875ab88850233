import assert from 'node:assert/strict'
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { compareText } from '../../src/base/compare.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** An order comes at night while an answer is under way: it is enforced, and afterwards everybody can see what it did. */

setGatewayKeys()
const order = 'night-order'
const folder = temporaryFolder()
const auditors = temporaryFolder()

interface SearchLine {
  readonly content: {
    readonly entry: {
      readonly kind: string
      readonly request?: string
      readonly outcome?: string
      readonly verdict?: string
      readonly directives?: readonly string[]
      readonly snapshot?: string
    }
  }
}

suite('an order at night', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    const given = { upstream: provider.baseUrl, ledger: keys.ledger }
    gateway = await startGateway(folder, gatewayWorld({ ...given, load: [] }), {
      [`directives/${order}.yaml`]: banOnFable(order, 'foreign-person'),
    })
    const script = provider.script({
      when: ({ model }) => model === 'claude-fable-5',
      holdAfterTokens: 10,
    })
    const asked = ask()
    await until('the answer is half way', () =>
      script.matched.some(({ progress }) => progress.tokensSent >= 10),
    )
    await gateway.configure(gatewayWorld({ ...given, load: [order] }))
    const { body } = await asked
    assert.match(body, /^: holdfast resumed model=mistral\/mistral-large-2411/m)
    script.release()
    await ask()
    await gateway.stop()
  })
  after(async () => {
    await gateway.kill('SIGKILL')
    await provider.close()
  })

  async function ask(): Promise<{ readonly body: string }> {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': gatewayKeys.HOLDFAST_TEST_FOREIGN,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        model: 'claude-fable-5',
        stream: true,
        max_tokens: 400,
        messages: [{ role: 'user', content: '[[words: 40]] go on' }],
      }),
    })
    return { body: await response.text() }
  }

  function found(...words: readonly string[]): readonly SearchLine['content']['entry'][] {
    const ran = holdfast(['ledger', 'search', ...words, '--format', 'json'], { cwd: folder })
    assert.equal(ran.status, 0, ran.stderr)
    return ran.stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as SearchLine).content.entry)
  }

  test('the entry of an answer that it cut names it, as that of a request that it denied does', () => {
    const decisions = found('--directive', order, '--kind', 'decision')
    assert.deepEqual(
      decisions.map(({ outcome, verdict, directives }) => ({ outcome, verdict, directives })),
      [
        { outcome: 'cut', verdict: 'deny', directives: [order] },
        { outcome: 'denied', verdict: 'deny', directives: [order] },
      ],
    )
    const [cut, denied] = decisions
    // The policy that cut it, not the one that let it begin.
    assert.equal(cut?.snapshot, denied?.snapshot)
    const begun = found('--kind', 'decision').find(({ outcome }) => outcome === 'direct')
    assert.equal(begun?.verdict, 'allow')
    assert.equal(begun?.request, cut?.request)
    assert.notEqual(begun?.snapshot, cut?.snapshot)
  })

  test('an auditor with the folder of the ledger alone verifies, searches and exports, and leaves no trace in it', () => {
    const evidence = join(auditors, 'evidence')
    cpSync(join(folder, '.holdfast/ledger'), evidence, { recursive: true })
    rmSync(join(evidence, 'index.sqlite'), { force: true })
    const before = readdirSync(evidence, { recursive: true, encoding: 'utf8' }).toSorted(
      compareText,
    )
    const audit = (...words: readonly string[]) => holdfast(['ledger', ...words], { cwd: auditors })
    assert.equal(audit('verify', 'evidence').status, 0)
    const searched = audit('search', 'evidence', '--directive', order, '--kind', 'decision')
    assert.match(searched.stdout, /\(cut, night-order\)\n.*\(denied, night-order\)\n$/)
    const exported = audit(
      'export',
      'evidence',
      '--directive',
      order,
      '--output',
      'out/night.jsonl',
    )
    assert.equal(exported.status, 0, exported.stderr)
    assert.equal(exported.stdout, '')
    const lines = readFileSync(join(auditors, 'out/night.jsonl'), 'utf8').trim().split('\n')
    const checkpoints = lines.filter((line) => 'checkpoint' in (JSON.parse(line) as object))
    // One of each log.
    assert.notEqual(checkpoints.length, 0)
    const entries = lines.length - checkpoints.length
    assert.equal(exported.stderr, `out/night.jsonl: ${entries} entries\n`)
    assert.deepEqual(
      readdirSync(evidence, { recursive: true, encoding: 'utf8' }).toSorted(compareText),
      before,
    )
    const nowhere = audit('search', 'nowhere')
    assert.match(nowhere.stderr, /^error HF_FILE_READ: there is no folder `nowhere`/)
  })

  test('who may use what is asked without naming a route where one alone has the model', () => {
    const asked = (model: string, ...more: readonly string[]) =>
      holdfast(['policy', 'decide', '--principal', 'foreign', '--model', model, ...more], {
        cwd: folder,
      })
    const known = asked('anthropic/claude-fable-5', '--workflow', 'review')
    assert.match(known.stdout, /^DENY {2}anthropic\/claude-fable-5 over anthropic /)
    const unknown = asked('anthropic/claude-fabel-5')
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /none has `anthropic\/claude-fabel-5`/)
  })
})
