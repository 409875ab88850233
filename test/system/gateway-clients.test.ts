import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, suite, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { LedgerEntry } from '../../src/schema/ledger-entry.ts'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import {
  banOnFable,
  gatewayKeys,
  gatewayWorld,
  ledgerKeys,
  setGatewayKeys,
} from '../support/gateway-world.ts'
import { answerText } from '../support/provider/answer-text.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Real clients keep working while their model is withdrawn by a directive in the middle of an answer, and the ledger
 * proves why. Coding agents are large programs: they run where HOLDFAST_TEST_AGENTS names a folder in which
 * `npm install --ignore-scripts @anthropic-ai/claude-code @openai/codex` was run, and are named as skipped elsewhere.
 */

setGatewayKeys()
const { HOLDFAST_TEST_CLEARED: key } = gatewayKeys
const order = 'the-order'
const folder = temporaryFolder()
const fable = 'anthropic/claude-fable-5'
const words = 60
const timeouts = {
  connectMs: 2_000,
  headersMs: 20_000,
  firstTokenMs: 20_000,
  idleMs: 60_000,
  totalMs: 120_000,
}

/** One way to ask for an answer of so many words; resolves with what its user reads. */
interface Client {
  readonly name: string
  /** Null: it is not installed here. */
  readonly ask: ((prompt: string, gateway: string) => Promise<string>) | null
}

const clients: readonly Client[] = [
  { name: 'the OpenAI client, chat completions', ask: askChat },
  { name: 'the OpenAI client, responses', ask: askResponses },
  { name: 'the Anthropic client', ask: askMessages },
  { name: 'Claude Code', ask: agent('@anthropic-ai/claude-code-linux-x64/claude', claudeCode) },
  { name: 'Codex', ask: agent('@openai/codex/bin/codex.js', codex) },
]

suite('an order in the middle of an answer', () => {
  let provider: Provider
  let gateway: GatewayProcess
  let world: (load: readonly string[]) => object

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const keys = ledgerKeys()
    writeFiles(folder, keys.files)
    for (const path of Object.keys(keys.files)) chmodSync(join(folder, path), 0o600)
    world = (load) =>
      gatewayWorld({
        upstream: provider.baseUrl,
        load,
        ledger: { ...keys.ledger, mode: 'strict' },
        gateway: { timeouts },
      })
    gateway = await startGateway(folder, world([]), {
      [`directives/${order}.yaml`]: banOnFable(order, 'all'),
    })
  })
  beforeEach(() => provider.reset())
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  for (const { name, ask } of clients) {
    const skip = ask === null ? 'it is not installed here' : false
    test(`${name} keeps working while its model is withdrawn`, { skip }, async () => {
      if (ask === null) return
      await gateway.configure(world([]))
      const script = provider.script({
        case: 'the-work',
        model: 'claude-fable-5',
        holdAfterTokens: 25,
      })
      const answered = ask(`[[case: the-work]] [[words: ${words}]] Go on.`, gateway.url)
      await Promise.race([script.held, answered])
      if (script.matched.length === 0) assert.fail(`nobody was asked: ${await answered}`)
      await gateway.configure(world([order]))
      const text = await answered
      script.release()
      assert.ok(
        plain(text).includes(plain(answerText(0, words))),
        `${name} showed: ${text.slice(0, 2_000)}`,
      )
      const took = provider.requests.find(
        (one) => one.case === 'the-work' && one.model === 'mistral-large-2411',
      )
      assert.ok(took !== undefined, 'another model went on')
      const entries = decisions()
      const cut = entries.findLast(({ outcome }) => outcome === 'cut')
      assert.equal(cut?.model, fable)
      assert.deepEqual(cut?.directives, [order])
      const resumed = entries.filter(
        ({ request, outcome }) => request === cut?.request && outcome === 'resumed',
      )
      assert.ok(resumed.length > 0)
      assert.equal(resumed.at(-1)?.servedModel, 'mistral/mistral-large-2411')
      const verified = holdfast(['ledger', 'verify'], { cwd: folder })
      assert.equal(verified.status, 0, verified.stderr)
    })
  }

  function decisions() {
    const config = ['--config', join(folder, 'holdfast.yaml')]
    const { stdout } = holdfast(['ledger', 'export', ...config, '--format', 'jsonl'])
    return stdout
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { content?: string }).content ?? [])
      .map((content) => (JSON.parse(content) as LedgerEntry).entry)
      .filter((entry) => entry.kind === 'decision')
  }
})

/** Terminals wrap lines and end paragraphs as they like. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

async function askChat(prompt: string, gateway: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: key, maxRetries: 0 })
  const stream = client.chat.completions.stream({
    model: fable,
    messages: [{ role: 'user', content: prompt }],
  })
  const { choices } = await stream.finalChatCompletion()
  return choices[0]?.message.content ?? ''
}

async function askResponses(prompt: string, gateway: string): Promise<string> {
  const client = new OpenAI({ baseURL: `${gateway}/v1`, apiKey: key, maxRetries: 0 })
  const stream = client.responses.stream({ model: fable, input: prompt })
  const { output_text: text } = await stream.finalResponse()
  return text
}

async function askMessages(prompt: string, gateway: string): Promise<string> {
  const client = new Anthropic({ baseURL: gateway, apiKey: key, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: prompt }]
  return await client.messages.stream({ model: fable, max_tokens: 500, messages }).finalText()
}

/** How an agent is started without anybody at its terminal. */
interface Start {
  readonly words: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

function claudeCode(prompt: string, gateway: string): Start {
  return {
    words: ['-p', prompt, '--model', 'claude-fable-5'],
    environment: {
      ANTHROPIC_BASE_URL: gateway,
      ANTHROPIC_API_KEY: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  }
}

function codex(prompt: string, gateway: string): Start {
  const server = `{name="gateway",base_url="${gateway}/v1",wire_api="responses",env_key="AGENT_KEY"}`
  return {
    words: [
      'exec',
      '--skip-git-repo-check',
      '-c',
      'model_provider="gateway"',
      // A search that only its provider can run is refused elsewhere.
      '-c',
      'web_search="disabled"',
      '-c',
      `model_providers.gateway=${server}`,
      '-m',
      fable,
      prompt,
    ],
    environment: { AGENT_KEY: key },
  }
}

function agent(path: string, startOf: (prompt: string, gateway: string) => Start): Client['ask'] {
  const installed = process.env['HOLDFAST_TEST_AGENTS'] ?? ''
  const program = join(installed, 'node_modules', path)
  if (installed === '' || !existsSync(program)) return null
  return async (prompt, gateway) => await run(program, startOf(prompt, gateway))
}

function run(program: string, { words: given, environment }: Start): Promise<string> {
  const home = join(folder, 'home')
  const work = join(folder, 'work')
  for (const path of [home, work]) mkdirSync(path, { recursive: true })
  const [command, ...rest] = program.endsWith('.js')
    ? [process.execPath, program, ...given]
    : [program, ...given]
  const child = spawn(command, rest, {
    cwd: work,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  })
  let told = ''
  child.stdout.on('data', (bytes: Buffer) => (told += bytes.toString('utf8')))
  child.stderr.on('data', (bytes: Buffer) => (told += bytes.toString('utf8')))
  return new Promise((resolve) => child.once('close', () => resolve(told)))
}
