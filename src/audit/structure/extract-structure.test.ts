import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { shapeResolver } from '../../../test/fixtures/audit/shape-resolver.ts'
import { Detector } from '../../schema/detector.ts'
import { compileDetectors } from '../detector-set.ts'
import type { Fact, Value } from '../fact.ts'
import { extractStructure } from './extract-structure.ts'

const shape = /(?:claude|gpt|gemini)-[a-z0-9.-]*\d[a-z0-9.:-]*/

const resolver = shapeResolver(shape, {
  looksLikeModel: (text) => new RegExp(`^(?:[a-z]+[./])*${shape.source}$`).test(text),
})

function facts(path: string, content: string, ...detectors: readonly unknown[]): readonly Fact[] {
  const set = compileDetectors(detectors.map((one) => Detector.parse(one)))
  const found = extractStructure({ path, content, context: 'production' }, set.detectors, resolver)
  assert.ok(found !== null, 'expected a structured file')
  return found
}

function text(value: Value | null): string {
  if (value === null) return '-'
  if (value.kind === 'literal') return value.text
  if (value.kind === 'environment') return `env:${value.variable}(${text(value.fallback)})`
  if (value.kind === 'external') return `${value.source}(${text(value.fallback)})`
  return value.kind === 'name' ? value.name : value.kind
}

/** `role model@line` of every use. */
function uses(found: readonly Fact[]): readonly string[] {
  return found.flatMap((fact) =>
    fact.kind === 'use' ? [`${fact.role} ${text(fact.model)}@${fact.place.line}`] : [],
  )
}

function environment(found: readonly Fact[]): readonly string[] {
  return found.flatMap((fact) =>
    fact.kind === 'environment'
      ? [`${fact.variable}=${text(fact.value)} ${fact.scope} ${fact.origin}@${fact.place.line}`]
      : [],
  )
}

function settings(found: readonly Fact[]): readonly string[] {
  return found.flatMap((fact) =>
    fact.kind === 'setting' ? [`${fact.key}=${text(fact.value)} ${fact.scope}`] : [],
  )
}

function definitions(found: readonly Fact[]): readonly string[] {
  return found.flatMap((fact) =>
    fact.kind === 'definition' ? [`${fact.name}=${text(fact.value)} ${fact.form}`] : [],
  )
}

suite('the place of a name gives its role', () => {
  test('a model key declares, a list of choices allows, a row with prices prices', () => {
    const found = facts(
      'config/llm.json',
      JSON.stringify(
        {
          model: 'claude-fable-5',
          models: ['gpt-4o', 'gpt-4.1'],
          table: [{ id: 'gemini-2.5-pro', inputCost: 1.25 }],
          prices: { 'gpt-5': 1.5 },
          aliases: { fast: 'gpt-5.1' },
        },
        null,
        1,
      ),
    )
    assert.deepEqual(uses(found), [
      'declare claude-fable-5@2',
      'allow gpt-4o@4',
      'allow gpt-4.1@5',
      'price gemini-2.5-pro@9',
      'price gpt-5@14',
      'declare gpt-5.1@17',
    ])
  })

  test('a limit of what may be spent beside a model makes no price of it', () => {
    const text = (more: string): string =>
      `agent:\n  model:\n    name: claude-fable-5\n    ${more}\n`
    for (const limit of ['per_instance_cost_limit: 3', 'max_price: 2', 'total_cost_budget: 1000'])
      assert.deepEqual(uses(facts('config/agent.yaml', text(limit))), ['declare claude-fable-5@3'])
    assert.deepEqual(uses(facts('config/agent.yaml', text('cost_per_token: 0.1'))), [
      'price claude-fable-5@3',
    ])
  })

  test('texts for people, schemas, lockfiles and comments only mention', () => {
    assert.deepEqual(uses(facts('src/locales/en.json', '{"title": "gpt-4o"}')), [
      'mention gpt-4o@1',
    ])
    assert.deepEqual(uses(facts('pnpm-lock.yaml', 'x: gpt-4o\n')), ['mention gpt-4o@1'])
    assert.deepEqual(
      uses(
        facts(
          'schema.json',
          '{"$schema": "http://json-schema.org/draft-07/schema#", "default": "gpt-4o"}',
        ),
      ),
      ['mention gpt-4o@1'],
    )
    assert.deepEqual(uses(facts('a.yaml', '# model: gpt-4o\nmodel: gpt-5.1 # was gpt-4.1\n')), [
      'declare gpt-5.1@2',
      'mention gpt-4o@1',
      'mention gpt-4.1@2',
    ])
    assert.deepEqual(uses(facts('a.yaml', 'description: better than gpt-4o by far\n')), [
      'mention gpt-4o@1',
    ])
  })

  test('an option of a command is a use, in a line, in a list and in a block', () => {
    const found = facts(
      'job.yaml',
      'args: ["--model", "gpt-4o"]\ncommand: review --model=gpt-4.1 now\nrun: |\n  set -e\n  ask --model gpt-5.1 x\n  # ask --model gpt-5\n',
    )
    assert.deepEqual(uses(found), [
      'use gpt-4o@1',
      'use gpt-4.1@2',
      'use gpt-5.1@5',
      'mention gpt-5@6',
    ])
  })

  test('an unresolved reference at a model key is a row too', () => {
    const found = facts(
      '.github/workflows/a.yml',
      'on: push\njobs:\n  a:\n    steps:\n      - with:\n          model: ${{ vars.REVIEW_MODEL }}\n',
    )
    assert.deepEqual(uses(found), ['declare vars:REVIEW_MODEL(-)@6'])
  })

  test('what the parser could not read is still declared', () => {
    assert.deepEqual(
      uses(facts('a.toml', 'ok = 1\nmodel = "gpt-4o" extra {\n"model" "x" = \'gpt-5.1\n')),
      ['declare gpt-4o@2', 'mention gpt-5.1@3'],
    )
  })
})

suite('environment variables', () => {
  test('carry the scope of path or key, and the kind of file', () => {
    assert.deepEqual(
      environment(facts('.env.production', 'REVIEW_MODEL=gpt-4o\nPORT=80\nOPENAI_API_KEY=x\n')),
      ['REVIEW_MODEL=gpt-4o prod dotenv@1'],
    )
    assert.deepEqual(
      environment(facts('wrangler.toml', '[env.staging.vars]\nREVIEW_MODEL = "gpt-4o"\n')),
      ['REVIEW_MODEL=gpt-4o staging platform@2'],
    )
    assert.deepEqual(
      environment(facts('infra/envs/dev/prod.tfvars', 'review_model = "gpt-4o"\n')),
      ['TF_VAR_review_model=gpt-4o prod terraform@1'],
    )
    assert.deepEqual(
      environment(
        facts(
          '.github/workflows/a.yml',
          "on: push\nenv:\n  REVIEW_MODEL: ${{ vars.M || 'gpt-4o' }}\njobs: {}\n",
        ),
      ),
      ['REVIEW_MODEL=vars:M(gpt-4o) ci actions@3'],
    )
  })

  test('a reference to a Secret or a ConfigMap is kept as one', () => {
    const found = facts(
      'deploy.yaml',
      'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - env:\n        - name: REVIEW_MODEL\n          valueFrom: {configMapKeyRef: {name: llm, key: model}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: llm}\ndata:\n  model: gpt-4o\n',
    )
    assert.deepEqual(environment(found), [
      'REVIEW_MODEL=setting:configmap.llm.model(-) null kubernetes@7',
    ])
    assert.deepEqual(settings(found), ['configmap.llm.model=gpt-4o null'])
  })
})

suite('names that other places follow', () => {
  test('a Terraform variable is its TF_VAR with the default behind it', () => {
    const found = facts(
      'main.tf',
      'variable "model" {\n  default = "gpt-4o"\n}\nlocals {\n  tiers = { fast = "gpt-4.1" }\n}\n',
    )
    assert.deepEqual(definitions(found), [
      'var.model=env:TF_VAR_model(gpt-4o) constant',
      'local.tiers.fast=gpt-4.1 constant',
    ])
  })

  test('inputs of workflows and actions, matrices', () => {
    const found = facts(
      'action.yml',
      'inputs:\n  model:\n    default: gpt-4o\nruns: {}\njobs: {a: {strategy: {matrix: {model: [gpt-4.1, gpt-5.1]}}}}\n',
    )
    assert.deepEqual(definitions(found), [
      'model=gpt-4o option-default',
      'matrix.model=gpt-4.1 constant',
      'matrix.model=gpt-5.1 constant',
    ])
  })

  test('settings by path with profile and file scope', () => {
    assert.deepEqual(
      settings(facts('appsettings.Production.json', '{"Llm": {"ReviewModel": "gpt-4o"}}')),
      ['llm.reviewmodel=gpt-4o prod'],
    )
    assert.deepEqual(
      settings(
        facts(
          'application.yml',
          'a: {model: gpt-4o}\n---\nspring.config.activate.on-profile: prod\na: {model: gpt-5.1}\n',
        ),
      ),
      ['a.model=gpt-4o null', 'a.model=gpt-5.1 prod'],
    )
    assert.deepEqual(settings(facts('chart/values-prod.yaml', 'llm: {model: gpt-4o}\n')), [
      'values.llm.model=gpt-4o prod',
    ])
  })
})

suite('rules', () => {
  const detector = (structure: object, emit: object = {}): unknown => ({
    id: 'apple',
    title: 'Apple',
    class: 'D',
    places: [45],
    version: 1,
    keywords: ['apple'],
    rules: [{ id: 'one', structure, emit }],
    fixtures: { hits: [{ content: 'x' }], nearMisses: [{ content: 'x' }] },
  })

  test('select, conditions, provider, name and fallbacks; the generic fact gives way', () => {
    const found = facts(
      'apple.yaml',
      'trees:\n  - kind: apple\n    name: big\n    via: OpenAI\n    model: gpt-4o\n    next: [gpt-4.1]\n  - kind: pear\n    model: gpt-5.1\n',
      detector({
        select: 'trees.*',
        where: { kind: '^apple$' },
        model: ['model'],
        provider: ['via'],
        name: ['name'],
        fallbacks: ['next'],
      }),
    )
    const [first] = found.filter((fact) => fact.kind === 'use')
    assert.ok(first?.kind === 'use')
    assert.deepEqual(
      [first.provider, first.alias, first.fallbacks.map(text), first.symbol],
      ['openai', 'big', ['gpt-4.1'], 'trees.big'],
    )
    assert.deepEqual(uses(found), ['use gpt-4o@5', 'declare gpt-5.1@8'])
  })

  test('a use without a model stands where its condition matched', () => {
    const found = facts(
      'apple.yaml',
      'a:\n  name: x\n  kind: apple\n',
      detector({ select: 'a', where: { kind: 'apple' }, modelOptional: true }),
    )
    assert.deepEqual(uses(found), ['use -@3'])
  })

  test('a variable is selected in any shape of environment', () => {
    const rule = detector({ select: 'env:APPLE_*', model: ['.'] }, { provider: 'apple' })
    for (const [path, content] of [
      ['.env', 'APPLE_TREE=abc\n'],
      ['compose.yml', 'services: {a: {environment: [APPLE_TREE=abc]}}\n'],
      ['k8s.yaml', 'env:\n  - {name: APPLE_TREE, value: abc}\n'],
      ['Dockerfile', 'FROM x\nENV APPLE_TREE=abc\n'],
    ] as const) {
      assert.deepEqual(
        uses(facts(path, content, rule)).map((one) => one.replace(/@\d+$/, '')),
        ['use abc'],
        path,
      )
    }
  })

  test('a file inside a ConfigMap is read as that file', () => {
    const found = facts(
      'cm.yaml',
      'kind: ConfigMap\napiVersion: v1\ndata:\n  config.yaml: |\n    list:\n      - model: apple/gpt-4o\n',
      detector({ select: 'list.*', model: ['model'] }),
    )
    assert.deepEqual(uses(found), ['use apple/gpt-4o@6'])
  })

  test('a key is recorded as present, its value is not', () => {
    const secret = `sk-ant-api03-${'a'.repeat(60)}`
    const found = facts(
      '.env',
      `APPLE_KEY=${secret}\n`,
      detector({ select: 'env:APPLE_KEY' }, { fact: 'credential', provider: 'apple' }),
    )
    const [first] = found
    assert.ok(first?.kind === 'credential')
    assert.deepEqual([first.provider, first.form, first.name], ['apple', 'present', 'APPLE_KEY'])
    assert.ok(!JSON.stringify(found).includes(secret))
  })
})

test('a file that is not structured gives null', () => {
  assert.equal(
    extractStructure({ path: 'a.txt', content: 'gpt-4o', context: 'production' }, [], resolver),
    null,
  )
  assert.equal(
    extractStructure({ path: 'a.json', content: 'gpt-4o', context: 'production' }, [], resolver),
    null,
  )
})

suite('tables of models', () => {
  const roles = (path: string, content: string) =>
    facts(path, content).flatMap((fact) => (fact.kind === 'use' ? [fact.role] : []))

  test('many rows named by models are offered, what a row names beside is too', () => {
    const rows = [1, 2, 3, 4, 5, 6]
      .map((n) => `- name: gpt-${n}\n  weak_model_name: gpt-${n}-mini-1\n`)
      .join('')
    assert.deepEqual(new Set(roles('settings.yml', rows)), new Set(['allow']))
  })

  test('rows that say how to reach a model are declared', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((n) => `- name: gpt-${n}\n  api_key: X\n`).join('')
    assert.deepEqual(new Set(roles('settings.yml', rows)), new Set(['declare']))
  })

  test('rows of what happened mention models', () => {
    const rows = JSON.stringify([
      { title: 'a', number: 1, label: { name: 'gpt-4' } },
      { title: 'b', number: 2, label: { name: 'gpt-5' } },
    ])
    assert.deepEqual(
      roles('issues.json', rows).filter((role) => role !== 'mention'),
      [],
    )
  })

  test('the section tells the provider', () => {
    const found = facts(
      'appsettings.json',
      '{ "Services": { "OpenAI": { "TextModel": "gpt-4" }, "AzureOpenAIText": { "Model": "gpt-4" } } }',
    ).flatMap((fact) => (fact.kind === 'use' ? [fact.provider] : []))
    assert.deepEqual(found, ['openai', 'azure'])
  })
})

test('a job that runs when another one failed takes over from its model', () => {
  const found = facts(
    '.github/workflows/review.yml',
    [
      'on: push',
      'jobs:',
      '  review:',
      '    steps:',
      '      - run: tool --model gpt-4',
      '  again:',
      '    needs: [review]',
      '    if: ${{ failure() }}',
      '    steps:',
      '      - run: tool --model gpt-5',
      '',
    ].join('\n'),
  )
  const edges = found.flatMap((fact) =>
    fact.kind === 'fallback' ? [`${text(fact.from)} > ${text(fact.to)}`] : [],
  )
  assert.deepEqual(edges, ['gpt-4 > gpt-5'])
})

test('the body of a request in a workflow is a use, on the line of its text', () => {
  const body = JSON.stringify('={\n "model": "gpt-4.1",\n "messages": [{"role": "user"}]\n}')
  const found = facts(
    'flows/triage.json',
    `{"nodes": [\n{"type": "http", "url": "https://api.openai.com/v1/chat/completions",\n"jsonBody": ${body}},\n{"note": "{ \\"model\\" : we\\n like gpt-4.1 }"}]}`,
  )
  assert.deepEqual(uses(found), ['use gpt-4.1@3', 'mention gpt-4.1@4'])
  const [use] = found.filter((fact) => fact.kind === 'use')
  assert.equal(
    text(use?.kind === 'use' ? use.baseUrl : null),
    'https://api.openai.com/v1/chat/completions',
  )
})
