import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../../src/cli/load-config.ts'
import type { Register } from '../../src/schema/register.ts'
import { copyOfAcme, holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

test('init writes a file that its own schema accepts, every guess marked', () => {
  const folder = copyOfAcme()
  rmSync(join(folder, 'holdfast.yaml'))
  const { status, stderr } = holdfast(['init', '.', '--yes', '--jurisdiction', 'de'], {
    cwd: folder,
  })
  assert.equal(status, 0, stderr)
  const text = readFileSync(join(folder, 'holdfast.yaml'), 'utf8')
  const config = parseConfig(text, 'holdfast.yaml')
  assert.equal(config.organisation.homeJurisdiction, 'DE')
  assert.ok(config.workflows.length >= 8)
  assert.ok(config.workflows.every((workflow) => workflow.review === 'needed'))
  assert.match(text, /# guessed from: /)
  assert.match(text, /# q-[0-9a-f]{8}: /)
})

test('after init every dependency is declared', () => {
  const folder = copyOfAcme()
  rmSync(join(folder, 'holdfast.yaml'))
  holdfast(['init', '.', '--yes'], { cwd: folder })
  const { stdout } = holdfast(['audit', '.', '--format', 'json', '--quiet'], { cwd: folder })
  const register = JSON.parse(stdout) as Register
  const outside = register.gaps.filter((gap) => gap.reason.includes('outside every workflow'))
  assert.deepEqual(outside, [])
})

test("a gateway's configuration brings its routes and fallbacks", () => {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'app.py':
      'import anthropic\nanthropic.Anthropic().messages.create(model="claude-fable-5", max_tokens=9, messages=[])\n',
    'litellm.yaml': [
      'model_list:',
      '  - model_name: smart',
      '    litellm_params: { model: anthropic/claude-fable-5 }',
      '  - model_name: reserve',
      '    litellm_params: { model: mistral/mistral-large-2411 }',
      'litellm_settings:',
      '  fallbacks: [{ smart: [reserve] }]',
    ].join('\n'),
  })
  const { status, stdout, stderr } = holdfast(
    ['init', '.', '--from', 'litellm.yaml', '--dry-run', '--yes'],
    { cwd: folder },
  )
  assert.equal(status, 0, stderr)
  const config = parseConfig(stdout, 'holdfast.yaml')
  assert.ok(config.routes.some((route) => route.provider === 'anthropic'))
  assert.ok(
    config.workflows.some((workflow) => workflow.fallbacks?.includes('mistral/mistral-large-2411')),
  )
  assert.ok(!existsSync(join(folder, 'holdfast.yaml')), '--dry-run writes nothing')
})

test('an existing file is not overwritten unasked', () => {
  const folder = copyOfAcme()
  const before = readFileSync(join(folder, 'holdfast.yaml'), 'utf8')
  const { status, stderr } = holdfast(['init', '.', '--yes'], { cwd: folder })
  assert.equal(status, 2)
  assert.match(stderr, /HF_FILE_EXISTS[\s\S]*--force/)
  assert.equal(readFileSync(join(folder, 'holdfast.yaml'), 'utf8'), before)
})

test('a file that is no gateway configuration is refused with what would be', () => {
  const folder = temporaryFolder()
  writeFiles(folder, { 'notes.yaml': 'a: 1\n' })
  const { status, stderr } = holdfast(['init', '.', '--from', 'notes.yaml', '--yes'], {
    cwd: folder,
  })
  assert.equal(status, 2)
  assert.match(stderr, /HF_IMPORT_UNKNOWN[\s\S]*LiteLLM/)
})

test('an answer in holdfast.yaml settles its question and is remembered', () => {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'app.py': [
      'from openai import AzureOpenAI',
      'client = AzureOpenAI(azure_endpoint="https://acme.openai.azure.com", api_version="2024-06-01")',
      'client.chat.completions.create(model="planner-prod", messages=[])',
      '',
    ].join('\n'),
  })
  const asked = JSON.parse(
    holdfast(['audit', '.', '--format', 'json', '--quiet'], { cwd: folder }).stdout,
  ) as Register
  const [question] = asked.questions
  assert.ok(question !== undefined)
  assert.equal(question.subject, 'planner-prod')
  assert.equal(question.answer, null)
  writeFiles(folder, {
    'holdfast.yaml': `version: 1\norganisation: { name: Acme }\nanswers:\n  - { question: ${question.id}, model: openai/gpt-4o, by: a person, at: 2026-11-24 }\n`,
  })
  const answered = JSON.parse(
    holdfast(['audit', '.', '--format', 'json', '--quiet'], { cwd: folder }).stdout,
  ) as Register
  const used = answered.dependencies.find((one) => one.modelAsWritten === 'planner-prod')
  assert.equal(used?.model, 'openai/gpt-4o')
  assert.equal(used.resolution, 'resolved')
  assert.equal(answered.questions.find((one) => one.id === question.id)?.answer, 'openai/gpt-4o')
})

test('completion scripts know every command and flag', () => {
  const bash = holdfast(['completion', 'bash']).stdout
  for (const word of ['audit', 'diff', 'init', 'catalogue', 'rules', '--fail-on', '--baseline']) {
    assert.ok(bash.includes(word), word)
  }
  assert.match(holdfast(['completion', 'fish']).stdout, /complete -c holdfast/)
  assert.match(holdfast(['completion', 'zsh']).stdout, /#compdef holdfast/)
})

test('own rules find what the shipped ones do not, and their test says what is wrong with them', () => {
  const folder = temporaryFolder()
  const detector = [
    'id: acme-llm',
    'title: An in-house SDK',
    'class: A',
    'places: [1]',
    'version: 1',
    'keywords: [acme_llm]',
    'rules:',
    '  - id: ask',
    "    call: { languages: [python], callee: '(?:^|[.])ask_oracle$', model: [oracle] }",
    'fixtures:',
    '  hits: [{ path: a.py, content: "import acme_llm\\nacme_llm.ask_oracle(oracle=\\"claude-fable-5\\")\\n", expect: [{ line: 2, role: use }] }]',
    '  nearMisses: [{ path: b.py, content: "import acme_llm\\n" }]',
    '',
  ]
  writeFiles(folder, {
    'rules/acme-llm.yaml': detector.join('\n'),
    'tree/app.py': 'import acme_llm\nacme_llm.ask_oracle(oracle="claude-fable-5")\n',
  })
  assert.equal(holdfast(['rules', 'test', 'rules'], { cwd: folder }).status, 0)
  const { stdout } = holdfast(
    ['audit', 'tree', '--rules', 'rules', '--format', 'json', '--quiet'],
    { cwd: folder },
  )
  const register = JSON.parse(stdout) as Register
  assert.ok(
    register.dependencies.some(
      (one) => one.detectors.includes('acme-llm/ask') && one.role === 'use',
    ),
  )
  writeFiles(folder, {
    'rules/acme-llm.yaml': detector.join('\n').replace("'(?:^|[.])ask_oracle$'", () => "'(a+)+$'"),
  })
  const broken = holdfast(['rules', 'test', 'rules'], { cwd: folder })
  assert.equal(broken.status, 1)
  assert.match(broken.stdout, /may match the same characters/)
})

test('rules that an audited tree brings along are not loaded', () => {
  const folder = temporaryFolder()
  const silencer = [
    'id: anthropic-python',
    'title: Finds nothing',
    'class: A',
    'places: [2]',
    'version: 1',
    'keywords: [never-in-any-file]',
    'rules: [{ id: nothing, pattern: { regex: "never-in-any-file" } }]',
    'fixtures:',
    '  hits: [{ path: a.txt, content: "never-in-any-file" }]',
    '  nearMisses: [{ path: a.txt, content: "" }]',
  ]
  writeFiles(folder, {
    'holdfast.yaml': 'version: 1\norganisation: { name: Acme }\naudit: { rules: [rules] }\n',
    'rules/anthropic-python.yaml': silencer.join('\n'),
    'app.py':
      'import anthropic\nanthropic.Anthropic().messages.create(model="claude-fable-5", max_tokens=9, messages=[])\n',
  })
  const { status, stdout, stderr } = holdfast(['audit', '.', '--format', 'json'], { cwd: folder })
  assert.equal(status, 0, stderr)
  assert.match(stderr, /was not loaded: it lies inside the audited tree/)
  const register = JSON.parse(stdout) as Register
  assert.ok(
    register.dependencies.some((one) =>
      one.detectors.some((rule) => rule.startsWith('anthropic-python/')),
    ),
  )
})

test('nothing of an audited tree can stand in for what is read in it', () => {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'holdfast.yaml': 'version: 1\norganisation: { name: Acme }\n',
    'app.py': 'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\n',
  })
  holdfast(['audit', '.', '--quiet'], { cwd: folder })
  assert.ok(existsSync(join(folder, '.holdfast/register.json')))
  assert.ok(!existsSync(join(folder, '.holdfast/cache')), 'the cache lies outside the tree')
})
