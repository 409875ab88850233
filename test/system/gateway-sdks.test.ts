import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  expectedAnswers,
  type SdkCase,
  sdkCases,
  sdkMaterial,
  type SdkResult,
} from '../support/gateway-sdk-cases.ts'
import { askBySdk, sdkClients } from '../support/gateway-sdk-client.ts'
import { pairKey, pairModel, pairWireModel, pairWorld } from '../support/gateway-sdk-gateway.ts'
import { setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { root, temporaryFolder } from './holdfast.ts'

/**
 * The official clients, in TypeScript and in Python, against every pair of protocols: what they parse is what the
 * provider was told to say, and what they send arrives.
 */

setGatewayKeys()
const folder = temporaryFolder()
const venvFolder = temporaryFolder()
const signers = ['anthropic-messages', 'bedrock-converse', 'gemini', 'openai-responses'] as const
/** What every signature of the provider begins with. */
const signature = createHash('sha512').update('signature 0 0').digest('base64').slice(0, 80)
const cases = sdkCases(pairModel)

let provider: Provider
let gateway: GatewayProcess

before(async () => {
  provider = await startProvider({ seed: 0, keepRequests: 10_000 })
  gateway = await startGateway(folder, pairWorld(provider.baseUrl))
})
after(async () => {
  assert.equal(provider.mentioning(pairKey).length, 0)
  await gateway.stop()
  await provider.close()
})

function confirm(one: SdkCase, { answers, problem }: SdkResult): void {
  assert.equal(problem, null)
  assert.deepEqual(
    answers.map(({ text: said, thinking, calls, stop }) => ({ text: said, thinking, calls, stop })),
    expectedAnswers(one),
  )
  for (const { inputTokens, model, outputTokens } of answers) {
    assert.ok(inputTokens > 0 && outputTokens > 0, 'usage is told')
    const isSame = one.inbound === one.upstream
    assert.equal(model, isSame ? pairWireModel(one.upstream) : one.model)
  }
}

suite('the clients in TypeScript', { concurrency: 4 }, () => {
  for (const one of cases)
    test(one.id, async () => {
      confirm(one, await askBySdk(sdkClients(gateway.url, pairKey), one))
    })
})

test('pictures and results of tools have reached every provider', () => {
  for (const { upstream } of cases) {
    const sent = provider.requests
      .filter(({ protocol }) => protocol === upstream)
      .map(({ body }) => String(body))
    const holding = (part: string): number => sent.filter((body) => body.includes(part)).length
    // Three protocols of callers, streamed and not.
    assert.equal(holding(sdkMaterial.picture), 6, upstream)
    assert.equal(holding(sdkMaterial.results.look), 6, upstream)
    assert.equal(holding(JSON.stringify(sdkMaterial.results.measure).slice(1, -1)), 6, upstream)
  }
})

test('whoever signed a thought gets it back with its signature', () => {
  for (const upstream of signers) {
    const signed = provider.requests.filter(
      ({ body, protocol }) => protocol === upstream && String(body).includes(signature),
    )
    // Of Chat Completions only what came whole: the client keeps of a stream's unknown members the last piece.
    assert.ok(signed.length >= 5, `${upstream}: ${signed.length}`)
  }
})

suite('the clients in Python', () => {
  const results = new Map<string, SdkResult>()
  let reason: string | null = null

  before(async () => {
    const python = await installedPython()
    if ('reason' in python) {
      reason = python.reason
      return
    }
    const input = JSON.stringify({ url: gateway.url, key: pairKey, material: sdkMaterial, cases })
    const script = join(root, 'test/support/gateway_sdks.py')
    const ran = await run(python.path, [script], input)
    assert.equal(ran.status, 0, ran.stderr)
    for (const line of ran.stdout.trim().split('\n')) {
      const result = JSON.parse(line) as SdkResult
      results.set(result.id, result)
    }
  })

  for (const one of cases)
    test(one.id, (context) => {
      if (reason !== null) return context.skip(reason)
      const result = results.get(one.id)
      assert.ok(result !== undefined, 'the client gave no result')
      confirm(one, result)
    })
})

/** A Python with both clients, in a folder that is gone afterwards. */
async function installedPython(): Promise<{ readonly path: string } | { readonly reason: string }> {
  const made = await run('python3', ['-m', 'venv', venvFolder], '')
  if (made.status !== 0) return { reason: `no virtual environment of Python: ${made.stderr}` }
  const path = join(venvFolder, 'bin/python')
  const words = ['-m', 'pip', 'install', '--quiet', '--no-input', 'openai', 'anthropic']
  const installed = await run(path, words, '')
  return installed.status === 0
    ? { path }
    : { reason: `pip cannot install the clients: ${installed.stderr.slice(-500)}` }
}

interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(command: string, words: readonly string[], input: string): Promise<Ran> {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 240_000 })
  const status = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', resolve)
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { status: await status, stdout, stderr }
}
