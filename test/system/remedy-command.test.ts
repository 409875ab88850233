import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RemedyPlan, Simulation } from '../../src/schema/simulation.ts'
import { copyOfAcme, holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

const workflows = `
workflows:
  - id: review
    task: code-review
    criticality: critical
    model: anthropic/claude-fable-5
    fallbacks: [{ tool: semgrep, rto: 5m }]
  - id: triage
    task: incident-triage
    criticality: critical
    model: anthropic/claude-fable-5
  - id: notes
    task: summarisation
    criticality: supporting
    model: anthropic/claude-fable-5
`

const head = `version: 1
organisation: { name: Orchard, homeJurisdiction: DE }
routes:
  - id: anthropic
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: none
    region: us
    models: { anthropic/claude-fable-5: claude-fable-5 }
`

const costs = `
remedies:
  currency: EUR
  horizonMonths: 12
  costs:
    - { action: qualify, once: 1500 }
    - { action: route, subject: "provider:mistral", once: 200, perMonth: 50 }
    - { action: host-weights, subject: alibaba/qwen3-32b, once: 4000, perMonth: 900 }
`

function orchard(config: string): string {
  const folder = temporaryFolder()
  writeFiles(folder, { 'holdfast.yaml': config })
  return folder
}

function planOf(folder: string, ...words: readonly string[]): RemedyPlan {
  const { status, stdout, stderr } = holdfast(['remedy', '--format', 'json', ...words], {
    cwd: folder,
  })
  assert.equal(status, 0, stderr)
  const [plan, ...others] = Simulation.parse(JSON.parse(stdout)).remedialActions
  assert.ok(plan !== undefined && others.length === 0)
  return plan
}

test('the cheapest plan is certified, priced over the horizon and proven', () => {
  const plan = planOf(orchard(head + workflows + costs))
  assert.equal(plan.target, 'no critical workflow stops under any N-1')
  assert.equal(plan.status, 'optimal')
  assert.deepEqual([plan.currency, plan.horizonMonths], ['EUR', 12])
  assert.equal(plan.cost, 200 + 12 * 50 + 1500)
  assert.equal(plan.bound, plan.cost)
  assert.deepEqual(plan.actions.map(({ kind }) => kind).toSorted(), ['qualify', 'route'])
  assert.ok((plan.proof?.contingencies ?? 0) > 1)
  assert.deepEqual(plan.proof?.stops, [])
  const triage = plan.actions.find(({ kind }) => kind === 'qualify')
  assert.equal(triage?.workflow, 'triage')
  assert.ok(triage.removes.some(({ elements }) => elements.join() === 'jurisdiction:US'))
})

test('the plan, written into holdfast.yaml, really removes the single points of failure', () => {
  const plan = planOf(orchard(head + workflows + costs))
  const model = plan.actions.find(({ kind }) => kind === 'qualify')?.subject
  assert.ok(model !== undefined)
  const route = `  - id: mistral
    provider: mistral
    protocol: openai-chat
    baseUrl: https://api.mistral.ai/v1
    credential: none
    models: { ${model}: x }
`
  const added = workflows.replace(
    'criticality: critical\n    model: anthropic/claude-fable-5\n  - id: notes',
    `criticality: critical\n    model: anthropic/claude-fable-5\n    fallbacks: [${model}]\n  - id: notes`,
  )
  assert.notEqual(added, workflows)
  const after = planOf(orchard(head + route + added + costs))
  assert.equal(after.status, 'nothing-to-do')
})

test('without costs actions are counted, and the report says so', () => {
  const folder = orchard(head + workflows)
  const plan = planOf(folder)
  assert.deepEqual([plan.currency, plan.cost], [null, 2])
  const { stdout } = holdfast(['remedy'], { cwd: folder })
  assert.match(stdout, /no costs are stated/)
})

test('data that may not leave the country is only saved by machines at home', () => {
  const limited = workflows.replaceAll(
    'task: incident-triage',
    'task: incident-triage\n    data: { allowedJurisdictions: [US, DE] }',
  )
  const plan = planOf(orchard(head + limited + costs))
  assert.deepEqual(
    plan.actions.map(({ id }) => id),
    ['host-weights:alibaba/qwen3-32b', 'qualify:triage:alibaba/qwen3-32b@own-alibaba-qwen3-32b'],
  )
})

test('a budget secures what it can and names what stays exposed', () => {
  const folder = orchard(head + workflows + costs)
  const target = ['--target', 'no workflow stops under any N-1']
  const rich = planOf(folder, ...target, '--budget', '3800')
  assert.deepEqual([rich.cost, rich.exposed], [3800, []])
  const poor = planOf(folder, ...target, '--budget', '2300')
  assert.deepEqual([poor.cost, poor.exposed], [2300, ['notes']])
})

test('what no action can save is explained, and --fail-on infeasible fails', () => {
  const folder = orchard(head + workflows + costs.replace(/ {4}- \{ action: (route|host).*\n/g, ''))
  const { status, stdout, stderr } = holdfast(
    ['remedy', '--format', 'json', '--fail-on', 'infeasible,exposed'],
    { cwd: folder },
  )
  assert.equal(status, 1)
  assert.match(stderr, /failed: infeasible, exposed/)
  const [plan] = Simulation.parse(JSON.parse(stdout)).remedialActions
  assert.equal(plan?.status, 'infeasible')
  assert.ok(plan.infeasible.every(({ workflow }) => workflow === 'triage'))
  assert.ok(plan.infeasible.some(({ elements }) => elements.join() === 'vendor:anthropic'))
})

test('a directive can be the target, alone or beside others', () => {
  const folder = orchard(head + workflows + costs)
  const alone = planOf(folder, '--directive', 'us-bis-2026-06-12')
  assert.equal(alone.target, 'no critical workflow stops under directive:us-bis-2026-06-12')
  assert.equal(alone.status, 'optimal')
  const both = planOf(
    folder,
    '--directive',
    'us-bis-2026-06-12',
    '--target',
    'no workflow notes stops under vendor:anthropic',
  )
  assert.equal(both.target.split('; ').length, 2)
  assert.ok((both.cost ?? 0) > (alone.cost ?? 0))
})

test('two runs give the same plan', () => {
  const folder = orchard(head + workflows + costs)
  assert.deepEqual(planOf(folder), planOf(folder))
})

test('every format shows the plan, and --output writes it', () => {
  const acme = copyOfAcme()
  for (const format of ['text', 'md', 'html']) {
    const { status, stdout, stderr } = holdfast(
      ['remedy', '--config', join(acme, 'holdfast.yaml'), '--format', format],
      { cwd: acme },
    )
    assert.equal(status, 0, stderr)
    assert.match(stdout, /no critical workflow stops under any N-1/, format)
    assert.match(stdout, /alibaba\/qwen3-32b/, format)
  }
  const file = join(acme, 'plan.json')
  holdfast(['remedy', '--format', 'json', '--output', file], { cwd: acme })
  assert.ok(existsSync(file))
  Simulation.parse(JSON.parse(readFileSync(file, 'utf8')))
})

test('words that it does not take are told with what was expected', () => {
  const folder = orchard(head + workflows + costs)
  const rows = [
    [['--target', 'be safe'], 'HF_TARGET_INVALID', 'any N-1'],
    [['--target', 'no workflow trage stops under any N-1'], 'HF_TARGET_INVALID', '`triage`'],
    [
      ['--target', 'no workflow stops under vendor:antropic'],
      'HF_ELEMENT_UNKNOWN',
      'vendor:anthropic',
    ],
    [['--directive', 'us-bis-2026-06-13'], 'HF_DIRECTIVE_UNKNOWN', 'us-bis-2026-06-12'],
    [['--budget', '-5'], 'HF_USAGE', 'not negative'],
    [['--time-limit', 'soon'], 'HF_USAGE', '10s'],
    [['--fail-on', 'rain'], 'HF_USAGE', 'infeasible'],
  ] as const
  for (const [words, code, hint] of rows) {
    const { status, stderr } = holdfast(['remedy', ...words], { cwd: folder })
    assert.equal(status, 2, stderr)
    assert.ok(stderr.includes(code) && stderr.includes(hint), `${words.join(' ')}: ${stderr}`)
  }
})
