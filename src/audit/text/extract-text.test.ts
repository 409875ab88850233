import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { shapeResolver } from '../../../test/fixtures/audit/shape-resolver.ts'
import { Detector } from '../../schema/detector.ts'
import { compileDetectors } from '../detector-set.ts'
import type { CompiledDetector } from '../detector-set.ts'
import type { Fact, UseFact, Value } from '../fact.ts'
import { extractCommands, extractPatterns, extractText } from './extract-text.ts'
import { textLimits } from './limits.ts'

const shape =
  /(?<![\w-])(?:claude-(?:opus|sonnet|haiku|fable)-[\w.-]*\w|gpt-\d[\w.-]*|gemini-\d[\w.-]*\w)/g

const resolver = shapeResolver(shape, {
  providerOfHost: (host) =>
    host.includes('api.anthropic.com') ? { provider: 'anthropic', region: null } : null,
})

function detectors(...rules: readonly unknown[]): readonly CompiledDetector[] {
  const fixture = { path: 'x', content: 'x', expect: [] }
  return compileDetectors([
    Detector.parse({
      id: 'orchard',
      title: 'Orchard',
      class: 'G',
      places: [78],
      version: 1,
      keywords: ['orchard'],
      rules,
      fixtures: { hits: [fixture], nearMisses: [fixture] },
    }),
  ]).detectors
}

const claude = detectors({
  id: 'claude',
  command: {
    programs: ['claude', '@anthropic-ai/claude-code'],
    model: ['--model'],
    fallbacks: ['--fallback-model'],
    modelOptionalWith: ['-p', '--print'],
  },
  emit: { product: 'claude-code', provider: 'anthropic' },
})

function read(
  path: string,
  content: string,
  rules: readonly CompiledDetector[] = [],
): readonly Fact[] {
  return extractText({ path, content, context: 'production' }, rules, resolver)
}

function uses(facts: readonly Fact[]): readonly UseFact[] {
  return facts.filter((fact) => fact.kind === 'use')
}

function written(value: Value | null): string | null {
  return value?.kind === 'literal' ? value.text : null
}

function roles(path: string, content: string): readonly string[] {
  return uses(read(path, content)).map((fact) => `${fact.role}:${written(fact.model)}`)
}

test('a command with a model and a fallback is one use at the line of the model', () => {
  const content =
    '#!/bin/sh\nclaude -p "Review the pull request; be kind" \\\n  --model claude-opus-4-1 --fallback-model claude-haiku-4-5\n'
  const facts = uses(read('review.sh', content, claude))
  assert.equal(facts.length, 1)
  const [fact] = facts
  assert.equal(written(fact?.model ?? null), 'claude-opus-4-1')
  assert.equal(fact?.place.line, 3)
  assert.equal(fact?.product, 'claude-code')
  assert.deepEqual(fact?.fallbacks.map(written), ['claude-haiku-4-5'])
  assert.deepEqual(fact?.hints, ['Review the pull request; be kind'])
})

test('a command without a model is a use of the product default only when it runs a prompt', () => {
  const facts = uses(read('a.sh', 'claude -p "fix it"\nclaude mcp list\n', claude))
  assert.deepEqual(
    facts.map((fact) => [fact.place.line, fact.model]),
    [[1, null]],
  )
})

test('a command in a JSON string ends at the string, and reads escaped quotes', () => {
  const content =
    '{"scripts": {"review": "npx claude -p \\"check this\\" --model claude-opus-4-1", "b": "x --model y"}}'
  const facts = uses(
    extractPatterns({ path: 'package.json', content, context: 'production' }, claude),
  )
  assert.deepEqual(
    facts.map((fact) => written(fact.model)),
    ['claude-opus-4-1'],
  )
})

test('a list of arguments is a command, identifiers stay names', () => {
  const content =
    'subprocess.run(["claude", "-p", prompt, "--model", REVIEW_MODEL])\nrun(["claude", "-p", "x", "--model", "opus"])'
  const facts = uses(extractPatterns({ path: 'run.py', content, context: 'production' }, claude))
  assert.deepEqual(
    facts.map((fact) => (fact.model?.kind === 'name' ? fact.model.name : written(fact.model))),
    ['REVIEW_MODEL', 'opus'],
  )
})

test('a model given by a variable keeps the variable and its default', () => {
  const [shell] = uses(
    read('a.sh', 'claude -p x --model "${REVIEW_MODEL:-claude-opus-4-1}"', claude),
  )
  assert.equal(shell?.model?.kind, 'environment')
  assert.ok(shell?.model?.kind === 'environment' && shell.model.variable === 'REVIEW_MODEL')
  assert.equal(written(shell.model.fallback), 'claude-opus-4-1')
  const [action] = uses(
    extractPatterns(
      {
        path: '.github/workflows/r.yml',
        content: "run: claude -p x --model ${{ vars.REVIEW_MODEL || 'claude-opus-4-1' }}",
        context: 'ci',
      },
      claude,
    ),
  )
  assert.ok(action?.model?.kind === 'external' && action.model.source === 'vars:REVIEW_MODEL')
  assert.equal(written(action.model.fallback), 'claude-opus-4-1')
})

test('commands in comments, and words that only begin like the program, are no commands', () => {
  assert.deepEqual(
    uses(read('a.sh', '# claude -p x --model opus\nclaudette -p --model opus\n', claude)),
    [],
  )
})

test('a command in documentation is documentation', () => {
  const facts = uses(read('README.md', 'Run\n\n```sh\nclaude -p x --model opus\n```\n', claude))
  assert.deepEqual(
    facts.map((fact) => fact.role),
    ['documentation'],
  )
})

test('command strings of structured files are read with the place of their own file', () => {
  const facts = extractCommands(
    'export ANTHROPIC_MODEL=claude-opus-4-1\nclaude -p x --model $ANTHROPIC_MODEL',
    { path: 'ci.yml', line: 10, column: 14 },
    claude,
    resolver,
    'jobs.review',
  )
  assert.deepEqual(
    facts.map((fact) => [fact.kind, fact.place.path, fact.place.line, fact.symbol]),
    [
      ['use', 'ci.yml', 11, 'jobs.review'],
      ['environment', 'ci.yml', 10, 'jobs.review'],
    ],
  )
  const environment = facts.find((fact) => fact.kind === 'environment')
  assert.equal(environment?.value.place.path, 'ci.yml')
})

test('shell variables, defaults of expansions and prefixes of commands are environment facts', () => {
  const content =
    'export REVIEW_MODEL="claude-opus-4-1"\n: "${TRIAGE_MODEL:=gpt-4.1}"\nOPENAI_BASE_URL=http://x/v1 LLM=gpt-5 run\ncolour=green\n'
  const facts = read('env.sh', content).filter((fact) => fact.kind === 'environment')
  assert.deepEqual(
    facts.map((fact) => [fact.variable, written(fact.value), fact.place.line]),
    [
      ['REVIEW_MODEL', 'claude-opus-4-1', 1],
      ['OPENAI_BASE_URL', 'http://x/v1', 3],
      ['LLM', 'gpt-5', 3],
      ['TRIAGE_MODEL', 'gpt-4.1', 2],
    ],
  )
})

test('a model in a JSON body that a script sends is a use over the address of the request', () => {
  const content =
    'curl https://api.anthropic.com/v1/messages \\\n  -d \'{"model": "claude-opus-4-1", "max_tokens": 10}\'\n'
  const [fact] = uses(read('ask.sh', content))
  assert.equal(fact?.role, 'use')
  assert.equal(fact?.provider, 'anthropic')
  assert.equal(written(fact?.baseUrl ?? null), 'https://api.anthropic.com/v1/messages')
})

test('the address of one request says nothing of another command', () => {
  const content = 'curl https://api.anthropic.com/v1/messages\npython run.py --model gpt-4.1\n'
  assert.deepEqual(
    uses(read('a.sh', content)).map((fact) => [written(fact.model), fact.provider]),
    [['gpt-4.1', null]],
  )
})

test('defaults of positional parameters declare, arrays of choices allow', () => {
  assert.deepEqual(roles('a.sh', 'M=${1:-claude-opus-4-1}')[0], 'declare:claude-opus-4-1')
  assert.deepEqual(roles('a.sh', 'MODELS=("claude-opus-4-1" gpt-4.1)'), [
    'allow:claude-opus-4-1',
    'allow:gpt-4.1',
  ])
})

test('a makefile variable in a command stays a variable', () => {
  const [fact] = uses(read('Makefile', 'review:\n\tclaude -p x --model $(MODEL)\n', claude))
  assert.ok(fact?.model?.kind === 'environment' && fact.model.variable === 'MODEL')
})

test('the place of a model name in a script decides its role', () => {
  assert.deepEqual(roles('a.sh', 'MODEL=claude-opus-4-1'), ['declare:claude-opus-4-1'])
  assert.deepEqual(roles('a.sh', 'tool --model claude-opus-4-1'), ['use:claude-opus-4-1'])
  assert.deepEqual(roles('a.sh', '# was claude-opus-4-1'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('a.sh', 'echo "using claude-opus-4-1"'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('Makefile', 'MODEL ?= claude-opus-4-1'), ['declare:claude-opus-4-1'])
})

test('the place of a model name in code decides its role', () => {
  assert.deepEqual(roles('q.sql', "SELECT AI_COMPLETE('claude-opus-4-1', body) FROM mail"), [
    'use:claude-opus-4-1',
  ])
  assert.deepEqual(roles('q.sql', '-- claude-opus-4-1\nSELECT 1'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('a.scala', 'val model = "claude-opus-4-1"'), ['declare:claude-opus-4-1'])
  assert.deepEqual(roles('a.dart', "GenerativeModel(model: 'gemini-2.5-pro', apiKey: k)"), [
    'use:gemini-2.5-pro',
  ])
  assert.deepEqual(roles('a.r', 'chat <- chat_anthropic(model = "claude-opus-4-1")'), [
    'use:claude-opus-4-1',
  ])
  assert.deepEqual(roles('a.lua', 'if name == "claude-opus-4-1" then'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('a.lua', 'local prices = { ["claude-opus-4-1"] = 15.0 }'), [
    'price:claude-opus-4-1',
  ])
  assert.deepEqual(roles('a.lua', 'local MODELS = { "claude-opus-4-1", "gpt-4.1" }'), [
    'allow:claude-opus-4-1',
    'allow:gpt-4.1',
  ])
  assert.deepEqual(roles('Jenkinsfile', '// claude-opus-4-1\nnode { }'), [
    'mention:claude-opus-4-1',
  ])
  assert.deepEqual(roles('a.pl', 'print("claude-opus-4-1");'), ['mention:claude-opus-4-1'])
})

test('in SQL defaults and rows declare, conditions ask', () => {
  assert.deepEqual(
    roles(
      'schema.sql',
      "CREATE TABLE jobs (\n  model TEXT NOT NULL DEFAULT 'claude-opus-4-1',\n  n int\n)",
    ),
    ['declare:claude-opus-4-1'],
  )
  assert.deepEqual(
    roles('seed.sql', "INSERT INTO settings (k, v) VALUES ('review', 'claude-opus-4-1');"),
    ['declare:claude-opus-4-1'],
  )
  assert.deepEqual(roles('up.sql', "UPDATE settings SET model = 'claude-opus-4-1';"), [
    'declare:claude-opus-4-1',
  ])
  assert.deepEqual(roles('q.sql', "SELECT * FROM runs WHERE model = 'claude-opus-4-1'"), [
    'mention:claude-opus-4-1',
  ])
  assert.deepEqual(roles('c.sql', "CHECK (model IN ('claude-opus-4-1', 'gpt-4.1'))"), [
    'allow:claude-opus-4-1',
    'allow:gpt-4.1',
  ])
})

test('front matter declares by its model key alone', () => {
  const content = '---\nmodel: claude-opus-4-1\ndescription: talks of claude-haiku-4-5\n---\n'
  assert.deepEqual(roles('.claude/agents/a.md', content), [
    'declare:claude-opus-4-1',
    'documentation:claude-haiku-4-5',
  ])
})

test('a rule made for documents sees an example in a code block', () => {
  const rules = detectors({ id: 'told', pattern: { regex: 'use (?<model>\\S+) from the orchard' } })
  const content = 'use apple-1 from the orchard\n```\nuse pear-2 from the orchard\n```\n'
  const [detector] = rules
  assert.ok(detector !== undefined)
  const facts = uses(read('AGENTS.md', content, [{ ...detector, namesFiles: true }]))
  assert.deepEqual(
    facts.map((fact) => fact.role),
    ['use', 'documentation'],
  )
})

test('an assignment in code is a definition too, by its name', () => {
  const definition = read('a.scala', 'val reviewModel: String = "claude-opus-4-1"').find(
    (fact) => fact.kind === 'definition',
  )
  assert.equal(definition?.name, 'reviewModel')
})

test('documents mention, instructions tell, tables price', () => {
  assert.deepEqual(roles('README.md', 'Use claude-opus-4-1 for reviews.'), [
    'documentation:claude-opus-4-1',
  ])
  assert.deepEqual(roles('AGENTS.md', 'Always use claude-opus-4-1 for reviews.'), [
    'declare:claude-opus-4-1',
  ])
  assert.deepEqual(roles('AGENTS.md', 'Do not use claude-opus-4-1 here.'), [
    'documentation:claude-opus-4-1',
  ])
  assert.deepEqual(roles('AGENTS.md', '```\nuse claude-opus-4-1\n```'), [
    'documentation:claude-opus-4-1',
  ])
  assert.deepEqual(roles('docs/prices.md', '| claude-opus-4-1 | $15 |'), ['price:claude-opus-4-1'])
  assert.deepEqual(roles('docs/list.md', '| claude-opus-4-1 | good |'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('README.md', '<!-- claude-opus-4-1 -->'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('CHANGELOG.md', 'Use claude-opus-4-1'), ['mention:claude-opus-4-1'])
  assert.deepEqual(roles('run.log', 'model=claude-opus-4-1'), ['mention:claude-opus-4-1'])
})

test('a pattern rule gives its groups, and leaves comments out', () => {
  const rules = detectors({
    id: 'pick',
    pattern: { regex: '^orchard (?<provider>\\w+) (?<model>\\S+)(?: else (?<fallback>\\S+))?' },
    emit: { task: 'code-review' },
  })
  const [fact, ...others] = uses(
    read('a.lua', 'orchard Acme apple-1 else pear-2\n-- orchard acme plum-3\n', rules),
  )
  assert.equal(others.length, 0)
  assert.equal(fact?.provider, 'acme')
  assert.equal(written(fact?.model ?? null), 'apple-1')
  assert.deepEqual(fact?.model?.place, { path: 'a.lua', line: 1, column: 14 })
  assert.deepEqual(fact?.fallbacks.map(written), ['pear-2'])
  assert.equal(fact?.task, 'code-review')
})

test('a rule that saw more of a model keeps the generic sighting away', () => {
  const rules = detectors({ id: 'pick', pattern: { regex: 'orchard (?<model>\\S+)' } })
  assert.equal(
    uses(read('a.sh', 'orchard --x\norchard claude-opus-4-1\n', rules)).filter((fact) =>
      written(fact.model)?.includes('claude'),
    ).length,
    1,
  )
})

test('a file rule is one hidden use at the first line', () => {
  const [fact] = uses(
    read(
      'orchard.yaml',
      'x',
      detectors({ id: 'settings', file: {}, emit: { hidden: true, task: 'code-review' } }),
    ),
  )
  assert.equal(fact?.hidden, true)
  assert.equal(fact?.model, null)
  assert.equal(fact?.place.line, 1)
})

test('a variable is a reference, a key behind it is present, and no fact holds the key', () => {
  const rules = detectors({
    id: 'key',
    pattern: { regex: '\\b(?<variable>ORCHARD_API_KEY)\\b', within: 'any' },
    emit: { fact: 'credential', provider: 'orchard' },
  })
  const key = ['q7Zk', '29aLmX', 'v81TtWb', 'c3Hn5'].join('')
  const facts = read(
    'a.sh',
    `export ORCHARD_API_KEY=${key}\nx=$ORCHARD_API_KEY\nORCHARD_API_KEY=<your-key>\nORCHARD_API_KEY=xxxxxxxxxxxxxxxxxxxx\n`,
    rules,
  )
  const credentials = facts.filter((fact) => fact.kind === 'credential')
  assert.deepEqual(
    credentials.map((fact) => fact.form),
    ['present', 'reference', 'reference', 'reference'],
  )
  assert.ok(!JSON.stringify(facts).includes(key))
})

test('a variable that is left empty has no value on the next line', () => {
  const rules = detectors({
    id: 'key',
    pattern: { regex: '\\b(?<variable>ORCHARD_API_KEY)\\b', within: 'any' },
    emit: { fact: 'credential', provider: 'orchard' },
  })
  const form = (text: string): unknown =>
    read('a.txt', text, rules).flatMap((fact) => (fact.kind === 'credential' ? [fact.form] : []))
  assert.deepEqual(form('ORCHARD_API_KEY=\nINSIGHTS_ENABLED=false\n'), ['reference'])
  assert.deepEqual(form('ORCHARD_API_KEY:\r\nOrchardDeployment2: x\n'), ['reference'])
  const key = ['q7Zk', '29aLmX', 'v81TtWb', 'c3Hn5'].join('')
  assert.deepEqual(form(`"ORCHARD_API_KEY":\n    "${key}"\n`), ['present'])
  assert.deepEqual(form(`ORCHARD_API_KEY = ${key}\n`), ['present'])
})

test('any text gives facts with places inside it, and nothing is thrown', () => {
  const pieces = fc.constantFrom(
    'claude -p "',
    "'",
    '"',
    '`',
    '\n',
    ' --model ',
    'claude-opus-4-1',
    '${X:-',
    '}',
    '(',
    ')',
    '[',
    '|',
    '#',
    '//',
    '/*',
    '```',
    '---\n',
    'MODEL=',
    ' = ',
    '\\',
    '\r\n',
    '--',
    '\u{1f34f}',
  )
  const paths = fc.constantFrom(
    'a.sh',
    'b.md',
    'AGENTS.md',
    'c.sql',
    'd.lua',
    'e.txt',
    'f.yaml',
    'Dockerfile',
    'g.log',
  )
  const content = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(paths, content, (path, text) => {
      const count = text.split('\n').length
      for (const fact of read(path, text, claude)) {
        assert.ok(fact.place.line >= 1 && fact.place.line <= count)
        assert.equal(fact.place.path, path)
      }
    }),
    { numRuns: 300 },
  )
})

test('facts of a file, matches of a rule and length of a line are bounded', () => {
  const many = uses(read('a.sh', 'claude -p x --model opus\n'.repeat(2_000), claude))
  assert.equal(many.length, textLimits.matchesPerRuleMax)
  const long = `${'x'.repeat(textLimits.lineCharactersMax + 10)} MODEL=claude-opus-4-1\nMODEL=claude-opus-4-1\n`
  assert.deepEqual(
    uses(read('a.sh', long)).map((fact) => fact.place.line),
    [2],
  )
})

test('texts made to be slow are read to their end', () => {
  const rules = [
    ...claude,
    ...detectors({
      id: 'pick',
      pattern: { regex: 'orchard[^\\n]{0,200}?(?<model>apple)', within: 'code' },
    }),
  ]
  // Whatever is quadratic in one of these would take minutes.
  const pieces = [
    '(',
    '"',
    "'",
    '`',
    '\n',
    '${X:-',
    'claude -p "',
    'claude -p (',
    '["claude", ',
    'MODEL=',
    '/*',
    '# ',
    '|',
    '```\n',
    'orchard',
    'a.b=',
    '\\\n',
  ]
  for (const piece of pieces) {
    const content = piece.repeat(Math.ceil(20_000 / piece.length))
    for (const path of ['slow.sh', 'AGENTS.md', 'slow.sql', 'slow.lua']) {
      assert.ok(read(path, content, rules).length <= textLimits.factsPerFileMax)
    }
  }
})

test('a variable of PowerShell that is given a model declares it, a test of Bash only asks', () => {
  assert.deepEqual(roles('deploy.ps1', "$varChatModel   = 'gpt-4'\n"), ['declare:gpt-4'])
  assert.deepEqual(roles('deploy.sh', 'if [ "$CHAT_MODEL" = "gpt-4" ]; then\n'), ['mention:gpt-4'])
})
