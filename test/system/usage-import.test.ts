import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { stringify } from 'yaml'
import { compareText } from '../../src/base/compare.ts'
import type { Register } from '../../src/schema/register.ts'
import * as samples from '../support/usage-samples.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** `holdfast usage` with exports in the shapes that others publish: the real binary, real files. */

const config = {
  version: 1,
  organisation: { name: 'Acme' },
  workflows: [
    {
      id: 'support',
      task: 'support',
      owner: '@acme/help',
      model: 'openai/gpt-4o',
      paths: ['support/**'],
    },
    { id: 'triage', task: 'incident-triage', owner: '@acme/ops' },
  ],
}
const lines = (values: readonly unknown[]) =>
  `${values.map((one) => JSON.stringify(one)).join('\n')}\n`
const exported: Readonly<Record<string, string | Uint8Array>> = {
  'in/openai/page.json': JSON.stringify(samples.openaiUsagePage, null, 2),
  'in/openai/costs.json': JSON.stringify(samples.openaiCostsPage),
  'in/openai/completions_usage.csv': samples.openaiUsageCsv,
  'in/anthropic/usage.json': JSON.stringify(samples.anthropicUsagePage),
  'in/anthropic/cost.json': JSON.stringify(samples.anthropicCostPage),
  'in/anthropic/usage.csv': samples.anthropicUsageCsv,
  'in/anthropic/cost.csv': samples.anthropicCostCsv,
  'in/aws/bedrock.json.gz': gzipSync(lines(samples.bedrockLogs)),
  'in/aws/trail.json.gz': gzipSync(JSON.stringify(samples.cloudtrailFile)),
  'in/gateways/spend.json': JSON.stringify(samples.litellmLogs),
  'in/gateways/spend.csv': samples.litellmCsv,
  'in/gateways/portkey.jsonl': lines(samples.portkeyLogs),
  'in/otel/traces.json': JSON.stringify(samples.otelTraces),
}

interface Imported {
  readonly files: readonly {
    readonly file: string
    readonly state: string
    readonly kind: string | null
    readonly records: number
  }[]
}

function organisation(): {
  readonly folder: string
  readonly run: (...words: readonly string[]) => ReturnType<typeof holdfast>
} {
  const folder = temporaryFolder()
  writeFiles(folder, { 'holdfast.yaml': stringify(config), ...exported })
  return { folder, run: (...words) => holdfast(words, { cwd: folder }) }
}

function registerIn(folder: string): Register {
  return JSON.parse(readFileSync(join(folder, '.holdfast/register.json'), 'utf8')) as Register
}

test('a folder of exports becomes imported evidence, and nothing of persons, keys or prompts is kept', () => {
  const { folder, run } = organisation()
  const ran = run('usage', 'import', 'in', '--format', 'json')
  assert.equal(ran.status, 0, ran.stderr)
  const { files } = JSON.parse(ran.stdout) as Imported
  assert.ok(
    files.every(({ state }) => state === 'imported'),
    ran.stdout,
  )
  assert.equal(files.length, Object.keys(exported).length)
  assert.deepEqual(
    [...new Set(files.map(({ kind }) => kind))].toSorted((a, b) =>
      compareText(String(a), String(b)),
    ),
    [
      'anthropic-usage',
      'bedrock-invocation-log',
      'cloudtrail',
      'litellm-spend-log',
      'openai-usage',
      'otel-genai',
      'portkey-log',
    ],
  )
  const register = registerIn(folder)
  const evidence = register.dependencies.flatMap((one) => one.evidence ?? [])
  assert.ok(evidence.length > 0 && evidence.every(({ kind }) => kind === 'imported'))
  assert.ok(register.dependencies.every(({ detection }) => detection < 1))
  const byWorkflow = (id: string) => register.dependencies.filter(({ workflow }) => workflow === id)
  assert.deepEqual(
    byWorkflow('support')
      .map(({ model, route, task }) => [model, route.provider, task])
      .toSorted((a, b) => compareText(String(a), String(b))),
    [
      ['anthropic/claude-3-5-haiku', 'anthropic', 'support'],
      ['mistral/mistral-large-2411', 'mistral', 'support'],
      ['openai/gpt-4o', 'azure', 'support'],
    ],
  )
  assert.deepEqual(
    byWorkflow('triage')
      .map(({ model }) => model)
      .toSorted((a, b) => compareText(String(a), String(b))),
    ['google/gemini-2.0-flash', 'openai/gpt-4o'],
  )
  // A role of AWS that is no workflow of holdfast.yaml is a guess at one.
  assert.equal(register.workflows.find(({ id }) => id === 'checkout')?.source, 'inferred')
  const unknown = register.dependencies.find(
    ({ modelAsWritten }) => modelAsWritten === 'gpt-secret-preview',
  )
  assert.notEqual(unknown, undefined)
  const handle = register.dependencies.find(({ modelAsWritten }) =>
    modelAsWritten.includes('application-inference-profile'),
  )
  assert.equal(handle?.model, null)
  assert.ok(register.questions.some(({ id }) => id === handle?.question))
  for (const kept of ['register.json', 'usage.sqlite']) {
    const bytes = readFileSync(join(folder, '.holdfast', kept)).toString('latin1')
    for (const word of samples.secretWords) assert.ok(!bytes.includes(word), `${word} in ${kept}`)
  }
})

test('the same file counts once, under another name, packed, and in another run', () => {
  const { folder, run } = organisation()
  assert.equal(run('usage', 'import', 'in/gateways/portkey.jsonl').status, 0)
  const once = registerIn(folder)
  writeFiles(folder, { 'again.gz': gzipSync(exported['in/gateways/portkey.jsonl'] ?? '') })
  const ran = run('usage', 'import', 'again.gz', 'in/gateways/portkey.jsonl')
  assert.equal(ran.status, 0)
  assert.match(ran.stdout, /^again\.gz: imported before, and counts once/)
  assert.deepEqual(registerIn(folder), once)
  const listed = run('usage', 'list', '--format', 'json')
  const { files } = JSON.parse(listed.stdout) as { files: readonly { digest: string }[] }
  assert.equal(files.length, 1)
  const forgotten = run('usage', 'forget', files[0]?.digest.slice(0, 20) ?? '')
  assert.equal(forgotten.status, 0, forgotten.stderr)
  assert.deepEqual(registerIn(folder).dependencies, [])
})

test('audit keeps what was imported and shows both; the simulation sees it', () => {
  const { folder, run } = organisation()
  writeFiles(folder, {
    'support/answer.py':
      'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n',
  })
  assert.equal(run('audit', '.', '--quiet').status, 0)
  assert.equal(run('usage', 'import', 'in/openai/page.json', '--workflow', 'support').status, 0)
  const marked = registerIn(folder).dependencies.find(({ occurrences }) =>
    occurrences.some(({ path }) => path === 'support/answer.py'),
  )
  assert.equal(marked?.model, 'openai/gpt-4o')
  assert.deepEqual(
    marked?.evidence?.map(({ kind, source, requests }) => [kind, source, requests]),
    [['imported', 'openai-usage', 5]],
  )
  const imported = registerIn(folder)
  const audited = run('audit', '.', '--format', 'json', '--quiet')
  assert.deepEqual((JSON.parse(audited.stdout) as Register).dependencies, imported.dependencies)
  const simulated = run('simulate', '--format', 'json')
  assert.equal(simulated.status, 0, simulated.stderr)
  assert.ok(simulated.stdout.includes('gpt-secret-preview'))
  // Another tree's register knows nothing of it.
  const named = run('simulate', '--register', '.holdfast/register.json', '--format', 'json')
  assert.equal(named.status, 0)
})

test('what cannot be read leaves the others as they are, and the exit code says so', () => {
  const { folder, run } = organisation()
  writeFiles(folder, {
    'notes.txt': 'not an export\n',
    'cut.gz': gzipSync(lines(samples.portkeyLogs)).subarray(0, 60),
  })
  const ran = run('usage', 'import', 'notes.txt', 'missing.json', 'cut.gz', 'in/otel/traces.json')
  assert.equal(ran.status, 3)
  assert.match(ran.stdout, /notes\.txt: no export of a known kind/)
  assert.match(ran.stdout, /missing\.json: cannot be read: ENOENT/)
  assert.match(
    ran.stdout,
    /traces\.json: otel-genai, 2 uses, 2025-11-25 to 2025-11-25; passed over: 2 that tell of no model/,
  )
  assert.equal(run('usage', 'import', 'notes.txt').status, 2)
  const wrong = run('usage', 'import', 'in/otel/traces.json', '--from', 'cloudtrail')
  assert.equal(wrong.status, 2)
  assert.match(wrong.stdout, /no export of cloudtrail/)
  const misspelt = run('usage', 'import', 'in/otel/traces.json', '--workflow', 'suport')
  assert.equal(misspelt.status, 2)
  assert.match(misspelt.stderr, /did you mean `support`/)
})

test('show tells who knows what', () => {
  const { run } = organisation()
  assert.match(run('usage', 'show').stdout, /no traffic was seen and nothing was imported/)
  run('usage', 'import', 'in/openai', 'in/aws')
  const { stdout } = run('usage', 'show')
  assert.match(stdout, /imported +openai-usage +\? proj_support +openai\/gpt-4o +openai +\d+/)
  assert.match(
    stdout,
    /imported +bedrock-invocation-log +\? checkout +anthropic\/claude-3-haiku +aws-bedrock +1 +1 +481/,
  )
})
