import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { audit } from '../../src/audit/index.ts'
import { storeSettings } from '../../src/cli/open-store.ts'
import { prepareAudit } from '../../src/cli/prepare-audit.ts'
import { Register } from '../../src/schema/register.ts'
import type { VerdictRecord } from '../../src/schema/verdict.ts'
import { openStore } from '../../src/store/index.ts'
import {
  copyOfAcme,
  git,
  holdfast,
  startHoldfast,
  temporaryFolder,
  writeFiles,
} from './holdfast.ts'

function registerOf(words: readonly string[], cwd: string): Register {
  const { status, stdout, stderr } = holdfast(['audit', ...words, '--format', 'json', '--quiet'], {
    cwd,
  })
  assert.equal(status, 0, stderr)
  return Register.parse(JSON.parse(stdout))
}

const reviewer = {
  'app/models.py': 'REVIEW_MODEL = "claude-sonnet-4-5"\n',
  'app/review.py': [
    'from anthropic import Anthropic',
    'from app.models import REVIEW_MODEL',
    '',
    'client = Anthropic()',
    '',
    'def review(diff):',
    '    return client.messages.create(',
    '        model=REVIEW_MODEL, max_tokens=1024,',
    '        messages=[{"role": "user", "content": diff}],',
    '    )',
    '',
  ].join('\n'),
}

test('a small tree gives a valid register with the way to the model', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  const register = registerOf(['.'], folder)
  const used = register.dependencies.filter((one) => one.role === 'use')
  assert.equal(used.length, 1)
  assert.equal(used[0]?.model, 'anthropic/claude-sonnet-4-5')
  assert.equal(used[0].route.provider, 'anthropic')
  assert.equal(used[0].resolution, 'resolved')
  assert.deepEqual(
    used[0].occurrences[0]?.via.map((hop) => [hop.path, hop.line]),
    [['app/models.py', 1]],
  )
  assert.ok(register.gaps.some((gap) => gap.kind === 'no-fallback'))
})

test('fallbacks are marked by their trials, of files and of the store, and --fail-on sees what is missing or over', async () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  const fallback = 'mistral/mistral-large-2411'
  writeFiles(folder, {
    'holdfast.yaml': [
      'version: 1',
      'organisation: { name: Acme }',
      'routes:',
      '  - { id: mistral, provider: mistral, protocol: openai-chat, baseUrl: "http://127.0.0.1:1/v1", credential: none, models: { mistral/mistral-large-2411: m } }',
      'workflows:',
      `  - { id: review, task: code-review, paths: ["app/**"], model: anthropic/claude-sonnet-4-5, fallbacks: [${fallback}, { tool: semgrep }] }`,
    ].join('\n'),
  })
  const gated = (words: readonly string[] = []) =>
    holdfast(
      [
        'audit',
        '.',
        '--quiet',
        '--config',
        'holdfast.yaml',
        '--fail-on',
        'unqualified,expired',
        ...words,
      ],
      { cwd: folder },
    )
  const standings = () =>
    registerOf(['.', '--config', 'holdfast.yaml'], folder).workflows.flatMap((one) =>
      (one.fallbacks ?? []).map(({ name, standing, until }) => `${name} ${standing} ${until}`),
    )
  assert.deepEqual(standings(), [`${fallback} untried null`, 'semgrep untried null'])
  assert.match(gated().stderr, /unqualified: no valid trial shows that a fallback can do the work/)
  const none = `sha256:${'0'.repeat(64)}`
  const verdict: VerdictRecord = {
    schemaVersion: 1,
    trial: 't-tool',
    key: {
      workflow: 'review',
      model: 'tool:semgrep',
      route: 'tool',
      servedModel: 'semgrep 1.99',
      promptDigest: none,
      toolsDigest: none,
      gradersDigest: none,
    },
    verdict: 'QUALIFIED',
    decidedAt: '2026-01-01T00:00:00.000Z',
    validUntil: '2026-01-31T00:00:00.000Z',
    invalidatedBy: null,
  }
  writeFiles(folder, { '.holdfast/verdicts/tool.json': JSON.stringify(verdict) })
  const failed = gated()
  assert.equal(failed.status, 1)
  assert.match(
    failed.stderr,
    /expired: semgrep is no longer qualified for review: its trial counted until 2026-01-31/,
  )
  assert.match(failed.stderr, /unqualified: /)
  const store = await openStore(storeSettings(null, join(folder, 'holdfast.yaml')))
  try {
    const key = { ...verdict.key, model: fallback, route: 'mistral' }
    const validUntil = '2099-01-01T00:00:00.000Z'
    await store.verdicts.add({ ...verdict, trial: 't-model', key, validUntil })
  } finally {
    await store.close()
  }
  const over = 'semgrep expired 2026-01-31T00:00:00.000Z'
  assert.deepEqual(standings(), [`${fallback} qualified 2099-01-01T00:00:00.000Z`, over])
  assert.doesNotMatch(gated().stderr, /unqualified: /)
  assert.match(gated().stdout, /mistral-large-2411 over mistral +qualified until 2099-01-01/)
  // On a day of the past what was known then counts.
  const words = ['.', '--config', 'holdfast.yaml', '--as-of', '2026-01-15']
  const [, tool] = registerOf(words, folder).workflows[0]?.fallbacks ?? []
  assert.equal(tool?.standing, 'qualified')
})

test('the same tree gives the same bytes, with a cache and without', () => {
  const folder = copyOfAcme()
  const words = ['audit', '.', '--config', 'holdfast.yaml', '--format', 'json', '--quiet']
  const cold = holdfast([...words, '--no-cache'], { cwd: folder })
  const filling = holdfast(words, { cwd: folder })
  const cached = holdfast(words, { cwd: folder })
  assert.equal(cold.status, 0, cold.stderr)
  assert.equal(filling.stdout, cold.stdout)
  assert.equal(cached.stdout, cold.stdout)
})

test('an id outlives moved lines and an edit of the workflow', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  const before = registerOf(['.'], folder).dependencies.map((one) => one.id)
  writeFiles(folder, { 'app/review.py': `# a comment\n\n${reviewer['app/review.py']}` })
  writeFiles(folder, {
    'holdfast.yaml':
      'version: 1\norganisation: { name: Acme }\nworkflows:\n  - { id: review, task: code-review, paths: ["app/**"], model: anthropic/claude-sonnet-4-5 }\n',
  })
  const after = registerOf(['.'], folder)
  assert.deepEqual(
    after.dependencies.map((one) => one.id),
    before,
  )
  assert.equal(after.dependencies[0]?.workflow, 'review')
})

test('gates exit with 1 and say what failed; a baseline forgives what was there', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  const gated = holdfast(['audit', '.', '--fail-on', 'no-fallback'], { cwd: folder })
  assert.equal(gated.status, 1)
  assert.match(gated.stderr, /gate failed[\s\S]*no-fallback/)
  holdfast(['audit', '.', '--format', 'json', '--output', 'base.json'], { cwd: folder })
  const forgiven = holdfast(
    ['audit', '.', '--fail-on', 'no-fallback', '--baseline', 'base.json', '--exclude', 'base.json'],
    { cwd: folder },
  )
  assert.equal(forgiven.status, 0, forgiven.stderr)
  const vendor = holdfast(['audit', '.', '--fail-on', 'vendor:anthropic'], { cwd: folder })
  assert.equal(vendor.status, 1)
  const other = holdfast(['audit', '.', '--fail-on', 'vendor:mistral'], { cwd: folder })
  assert.equal(other.status, 0)
})

test('a baseline made with other rules does not gate', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  const register = registerOf(['.'], folder)
  const other = { ...register, tool: { ...register.tool, rules: 'sha256:other' } }
  writeFileSync(join(folder, 'base.json'), JSON.stringify(other))
  const gated = holdfast(['audit', '.', '--fail-on', 'no-fallback', '--baseline', 'base.json'], {
    cwd: folder,
  })
  assert.equal(gated.status, 2)
  assert.match(gated.stderr, /HF_REGISTER_RULES_DIFFER/)
})

test('diff tells what a change brought', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  writeFileSync(join(folder, 'a.json'), JSON.stringify(registerOf(['app'], folder)))
  writeFiles(folder, { 'app/models.py': 'REVIEW_MODEL = "gpt-4o"\n' })
  writeFileSync(join(folder, 'b.json'), JSON.stringify(registerOf(['app'], folder)))
  const { status, stdout } = holdfast(['audit', 'diff', 'a.json', 'b.json', '--format', 'json'], {
    cwd: folder,
  })
  assert.equal(status, 0)
  const diff = JSON.parse(stdout) as { added: { model: string }[]; removed: { model: string }[] }
  assert.deepEqual(
    diff.added.map((one) => one.model),
    ['openai/gpt-4o'],
  )
  assert.deepEqual(
    diff.removed.map((one) => one.model),
    ['anthropic/claude-sonnet-4-5'],
  )
  assert.equal(
    holdfast(['audit', 'diff', 'a.json', 'b.json', '--fail-on-change'], { cwd: folder }).status,
    1,
  )
})

test('--at answers from git what was pinned then', () => {
  const folder = temporaryFolder()
  git(folder, 'init', '-q')
  writeFiles(folder, {
    'a.py':
      'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])\n',
  })
  git(folder, 'add', '.')
  git(folder, 'commit', '-q', '-m', 'first', '--date', '2026-01-05T10:00:00Z')
  const first = git(folder, 'rev-parse', 'HEAD').trim()
  writeFiles(folder, {
    'a.py':
      'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4.1", messages=[])\n',
  })
  git(folder, 'commit', '-qam', 'second')
  assert.deepEqual(
    registerOf(['.'], folder).dependencies.map((one) => one.model),
    ['openai/gpt-4.1'],
  )
  assert.deepEqual(
    registerOf(['.', '--at', first], folder).dependencies.map((one) => one.model),
    ['openai/gpt-4o'],
  )
  const unknown = holdfast(['audit', '.', '--at', 'no-such-commit'], { cwd: folder })
  assert.equal(unknown.status, 2)
  assert.match(unknown.stderr, /HF_AUDIT_COMMIT/)
})

test('several directories become one register, each a repository of its own', () => {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'one/a.py': 'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\n',
    'two/b.py':
      'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])\n',
    'list.txt': '# repositories\none\ntwo\n',
  })
  const register = registerOf(['--repositories', 'list.txt'], folder)
  assert.deepEqual(
    register.repositories.map((one) => one.id),
    ['one', 'two'],
  )
  assert.deepEqual(
    register.dependencies.map((one) => [one.occurrences[0]?.repository, one.model]),
    [
      ['one', 'openai/gpt-4o'],
      ['two', 'anthropic/claude-sonnet-4-5'],
    ],
  )
})

test('wrong words are usage errors with a code, a place and advice', () => {
  const folder = temporaryFolder()
  for (const [words, code] of [
    [['audit', '.', '--fromat', 'json'], 'HF_USAGE'],
    [['audit', '.', '--format', 'pdf'], 'HF_USAGE'],
    [['audit', '.', '--fail-on', 'everything'], 'HF_USAGE'],
    [['audit', 'no-such-folder'], 'HF_AUDIT_ROOT'],
    [['audit', '.', '--config', 'no.yaml'], 'HF_CONFIG_MISSING'],
    [['adit'], 'HF_USAGE'],
  ] as const) {
    const { status, stderr, stdout } = holdfast(words, { cwd: folder })
    assert.equal(status, 2, `${words.join(' ')}: ${stderr}`)
    assert.match(stderr, new RegExp(`^error ${code}: `))
    assert.equal(stdout, '')
  }
})

test('an empty folder is a valid, empty register', () => {
  const register = registerOf(['.'], temporaryFolder())
  assert.deepEqual([register.dependencies, register.gaps, register.files.seen], [[], [], 0])
})

test('nothing is written into an audited tree', () => {
  const folder = temporaryFolder()
  writeFiles(folder, reviewer)
  registerOf(['.'], folder)
  assert.deepEqual(readdirSync(folder), ['app'])
})

test('the register is kept beside holdfast.yaml', () => {
  const folder = copyOfAcme()
  registerOf(['.', '--config', 'holdfast.yaml'], folder)
  assert.ok(
    Register.safeParse(JSON.parse(readFileSync(join(folder, '.holdfast/register.json'), 'utf8')))
      .success,
  )
})

test(
  'a folder that cannot be written leaves the old file and says so',
  { skip: process.getuid?.() === 0 && 'root writes everywhere' },
  () => {
    const folder = temporaryFolder()
    writeFiles(folder, { ...reviewer, 'out/register.json': 'before' })
    chmodSync(join(folder, 'out'), 0o555)
    const { status, stderr } = holdfast(['audit', 'app', '--output', 'out/register.json'], {
      cwd: folder,
    })
    assert.equal(status, 3)
    assert.match(stderr, /HF_FILE_WRITE/)
    assert.equal(readFileSync(join(folder, 'out/register.json'), 'utf8'), 'before')
  },
)

test(
  'a full disk leaves no half-written file',
  { skip: !existsSync('/dev/full') && 'no /dev/full here' },
  () => {
    const folder = temporaryFolder()
    writeFiles(folder, reviewer)
    const { status, stderr } = holdfast(['audit', 'app', '--output', '/dev/full/x'], {
      cwd: folder,
    })
    assert.equal(status, 3)
    assert.match(stderr, /HF_FILE_WRITE/)
  },
)

test('Ctrl-C leaves a valid register that is marked partial', async () => {
  const folder = temporaryFolder()
  const call = 'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\n'
  writeFiles(
    folder,
    Object.fromEntries(
      Array.from({ length: 4000 }, (_, index) => [`src/m${index}.py`, call.repeat(20)]),
    ),
  )
  const words = ['audit', '.', '--format', 'json', '--output', 'out.json', '--no-cache']
  // How long a start takes hangs on the machine; before its end a signal ends it, and nothing is written.
  for (let startMs = 400; ; startMs *= 1.4) {
    const child = startHoldfast(words, folder)
    await setTimeout(startMs)
    child.kill('SIGINT')
    const [code] = (await once(child, 'exit')) as [number | null]
    assert.notEqual(code, 0, 'it was over before it was stopped')
    assert.equal(existsSync(join(folder, 'out.json')), code === 130)
    if (code !== 130) continue
    const register = Register.parse(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')))
    assert.ok(register.partial)
    return
  }
})

test('a register that was stopped while owners were looked for is marked partial too', async () => {
  const folder = temporaryFolder()
  const call = 'import openai\nopenai.chat.completions.create(model="gpt-4o", messages=[])\n'
  writeFiles(folder, { 'a.py': call, 'b.py': call, 'c.py': call, 'd.py': call })
  git(folder, 'init', '--quiet')
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'calls')
  const flags = { rules: [], exclude: [], cache: false, owners: true }
  const { options } = await prepareAudit(flags, null, join(folder, 'holdfast.yaml'))
  const stop = new AbortController()
  const notes: string[] = []
  const register = await audit({
    ...options,
    roots: [folder],
    signal: stop.signal,
    onProgress: ({ phase }) => void (phase === 'owners' && stop.abort()),
    onNote: (note) => void notes.push(note),
  })
  assert.ok(stop.signal.aborted && register.partial)
  assert.equal(register.dependencies.length, 4)
  assert.deepEqual(notes, [], 'what nobody waited for was not too slow')
})

test('a reader that goes away early is no error', async () => {
  const folder = copyOfAcme()
  const child = startHoldfast(['audit', '.', '--format', 'json', '--quiet'], folder)
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = (await once(child, 'exit')) as [number | null]
  assert.equal(code, 0)
})

test('every format can be written to a file', () => {
  const folder = copyOfAcme()
  for (const format of [
    'text',
    'json',
    'html',
    'md',
    'sarif',
    'cyclonedx',
    'cyclonedx-1.7',
    'spdx',
    'csv',
  ]) {
    const { status, stderr } = holdfast(
      [
        'audit',
        '.',
        '--config',
        'holdfast.yaml',
        '--format',
        format,
        '--output',
        `../out.${format}`,
      ],
      { cwd: folder },
    )
    assert.equal(status, 0, `${format}: ${stderr}`)
    assert.ok(statSync(join(folder, `../out.${format}`)).size > 500, format)
  }
})

test('a key in a file is named and never shown, in no format', () => {
  const folder = temporaryFolder()
  const key = `sk-ant-api03-${'Ab3dEf9hIj'.repeat(9)}xyzAA`
  writeFiles(folder, {
    'app.py': `import anthropic\nclient = anthropic.Anthropic(api_key="${key}")\nclient.messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])\n`,
  })
  for (const format of ['text', 'json', 'html', 'md', 'sarif', 'cyclonedx', 'spdx', 'csv']) {
    const { stdout } = holdfast(['audit', '.', '--format', format, '--show', 'all', '--quiet'], {
      cwd: folder,
    })
    assert.ok(!stdout.includes(key.slice(14, 60)), format)
  }
  const register = registerOf(['.'], folder)
  assert.ok(register.gaps.some((gap) => gap.kind === 'hard-coded-key' && gap.line === 2))
})
