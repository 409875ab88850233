import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Register } from '../../src/schema/register.ts'
import { root, temporaryFolder, writeFiles } from './holdfast.ts'

/**
 * Trees that somebody made to stop the audit. Each is audited by the real binary, and each time the register must be
 * valid, the good file beside the bad ones be found, every bad file be read or named with a reason, and the memory
 * stay bounded.
 */

const memoryBytesMax = 1024 * 1024 * 1024
const good = {
  'good/review.py':
    'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])\n',
}

/** Writes the peak of memory of the whole process, threads included, where the test can read it. */
const meter = `
import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
if (isMainThread) process.on('exit', () => writeFileSync(process.env.HOLDFAST_TEST_PEAK, String(process.resourceUsage().maxRSS)))
`

interface HostileAudit {
  readonly register: Register
  readonly found: ReadonlySet<string>
  readonly skipped: ReadonlyMap<string, string>
}

function auditHostile(folder: string, flags: readonly string[] = []): HostileAudit {
  const aside = temporaryFolder()
  writeFiles(aside, { 'meter.mjs': meter })
  const ran = spawnSync(
    process.execPath,
    [
      '--import',
      join(aside, 'meter.mjs'),
      join(root, 'bin/holdfast.mjs'),
      'audit',
      '.',
      '--format',
      'json',
      '--quiet',
      '--no-cache',
      ...flags,
    ],
    {
      cwd: folder,
      env: { ...process.env, HOLDFAST_TEST_PEAK: join(aside, 'peak'), XDG_CACHE_HOME: aside },
      encoding: 'utf8',
      maxBuffer: 512 * 1024 * 1024,
      timeout: 120_000,
    },
  )
  assert.equal(ran.status, 0, `${ran.signal ?? ''} ${ran.stderr.slice(0, 4_000)}`)
  const peakBytes = Number(readFileSync(join(aside, 'peak'), 'utf8')) * 1024
  assert.ok(peakBytes < memoryBytesMax, `${Math.round(peakBytes / 1024 / 1024)} MiB at the peak`)
  const register = Register.parse(JSON.parse(ran.stdout))
  const found = new Set(
    register.dependencies.flatMap(({ occurrences }) => occurrences.map(({ path }) => path)),
  )
  const skipped = new Map(register.files.skipped.map(({ path, reason }) => [path, reason]))
  assert.ok(found.has('good/review.py'), 'the good file is found')
  for (const [path, reason] of skipped) assert.doesNotMatch(reason, /^failed/, path)
  return { register, found, skipped }
}

/** Read or named: nothing is lost without a word. */
function assertAccounted(audited: HostileAudit, paths: readonly string[]): void {
  for (const path of paths) {
    assert.ok(
      audited.found.has(path) || audited.skipped.has(path),
      `${path} is neither found nor skipped`,
    )
  }
}

function filled(unit: string, characters: number): string {
  return unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters)
}

const call = 'client.chat.completions.create(model="gpt-4o", messages=[])\n'

test('long files, long lines and very many hits are read or named, in bounded memory', () => {
  const folder = temporaryFolder()
  const files = {
    'long/million-lines.py': `${call}${'#\n'.repeat(1_000_000)}`,
    'long/million-calls.py': call.repeat(1_000_000).slice(0, 3_000_000),
    'long/hits.py': filled('model = "gpt-4o"\n', 1_900_000),
    'long/hits.yaml': filled('- model: gpt-4o\n', 1_600_000),
    'long/hits.md': filled('We use gpt-4o.\n', 1_500_000),
    'long/one-line.js': `fetch("https://api.openai.com", {model: "gpt-4o"});${filled('a=b;', 1_900_000)}`,
    'long/one-line.json': `{"model": "gpt-4o", "data": "${filled('x', 1_900_000)}"}`,
    'long/one-line.txt': `model: gpt-4o ${filled('word ', 1_900_000)}`,
    'long/breaks.py': `model = "gpt-4o"\n${'\n'.repeat(100_000)}`,
    'long/breaks.json': `${'\r\n'.repeat(100_000)}{"model": "gpt-4o"}`,
    'long/breaks.yaml': `model: gpt-4o\n${'\n'.repeat(100_000)}`,
    'long/blanks.ts': `const model = "gpt-4o"\n${' '.repeat(100_000)}`,
    'long/package-lock.json': packageLock(1_500_000),
    'long/outputs.ipynb': notebook(1_800_000),
  }
  writeFiles(folder, { ...good, ...files })
  const audited = auditHostile(folder)
  assert.equal(audited.skipped.get('long/million-calls.py'), 'too-large')
  assert.ok(audited.found.has('long/million-lines.py'))
  assert.ok(audited.found.has('long/outputs.ipynb'))
  assertAccounted(
    audited,
    Object.keys(files).filter((path) => !path.includes('package-lock')),
  )
})

test('a file over the limit is read when the limit is raised', () => {
  const folder = temporaryFolder()
  writeFiles(folder, { ...good, 'long/calls.py': `${call}${'#\n'.repeat(1_200_000)}` })
  assert.equal(auditHostile(folder).skipped.get('long/calls.py'), 'too-large')
  assert.ok(auditHostile(folder, ['--max-file-bytes', '4000000']).found.has('long/calls.py'))
})

test('deep nesting, bombs and texts without an end are read or named', () => {
  const folder = temporaryFolder()
  const depth = 100_000
  const files = {
    'deep/brackets.json': `{"model": "gpt-4o", "a": ${'['.repeat(depth)}${']'.repeat(depth)}}`,
    'deep/braces.json': `{"model": "gpt-4o", "a": ${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`,
    'deep/open.json': `{"model": "gpt-4o", "a": ${'['.repeat(depth)}`,
    'deep/flow.yaml': `model: gpt-4o\na: ${'['.repeat(depth)}`,
    'deep/indents.yaml': `model: gpt-4o\n${Array.from({ length: 1_500 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')}`,
    'deep/lists.yaml': `model: gpt-4o\na:\n  ${'- '.repeat(depth)}x\n`,
    'deep/bomb.yaml': yamlBomb(),
    'deep/bomb.xml': xmlBomb(),
    'deep/elements.xml': `<model>gpt-4o</model>${'<a>'.repeat(depth)}`,
    'deep/tables.toml': `model = "gpt-4o"\n[${'a.'.repeat(10_000)}a]\nb = ${'['.repeat(10_000)}\n`,
    'deep/heredoc.tf': `resource "x" "y" {\n  model = "gpt-4o"\n  text = <<EOT\n${filled('line\n', 300_000)}`,
    'deep/blocks.tf': `model = "gpt-4o"\n${'a {\n'.repeat(depth)}`,
    'deep/parameters.bicep': `param model string = 'gpt-4o'\nvar a = ${'['.repeat(depth)}`,
    'deep/brackets.py': `${call}x = ${'['.repeat(depth)}${']'.repeat(depth)}\n`,
    'deep/brackets.ts': `const model = "gpt-4o"\nf${'(f'.repeat(depth)}`,
    'deep/sums.go': `package a\nvar Model = "gpt-4o"\nvar x = 1${' + 1'.repeat(depth)}\n`,
    'deep/unary.js': `const model = "gpt-4o"\nx = ${'!'.repeat(depth)}1\n`,
    'deep/chain.rb': `MODEL = "gpt-4o"\nx${'.f(1)'.repeat(50_000)}\n`,
    // Ten seconds for four thousand characters of this; here it would be an hour.
    'deep/operators.swift': `let model = "gpt-4o"\nlet a = C(m: [], i: "b.c: "b.c-${'<<: *a'.repeat(8_000)}\n`,
    'deep/words.rb': `MODEL = "gpt-4o"\nx = ${'ENV '.repeat(400)}\n`,
    'deep/words.ex': `model = "gpt-4o"\n  q${'model: '.repeat(300)}x\n`,
    'deep/calls.py': `${call}x = ${'f('.repeat(500)}"gpt-4o"${')'.repeat(500)}\n`,
    'deep/calls.go': `package a\nvar Model = "gpt-4o"\nvar x = ${'f('.repeat(500)}"a"${')'.repeat(500)}\n`,
    'deep/scripts.vue': `<script>const model = "gpt-4o"</script>${'<script>'.repeat(20_000)}`,
    'deep/defaults.sh': `MODEL=gpt-4o\nX=${'${A:-'.repeat(20_000)}\n`,
    'deep/templates.yaml': `model: gpt-4o\na: "${'{{ '.repeat(20_000)}"\n`,
  }
  const unterminated = Object.fromEntries(
    ['py', 'ts', 'tsx', 'js', 'go', 'java', 'kt', 'cs', 'rb', 'php', 'rs', 'swift', 'ex'].flatMap(
      (extension) => [
        [
          `open/quote.${extension}`,
          `${opening(extension)}MODEL = "gpt-4o"\nx = "${filled('never ends ', 60_000)}`,
        ],
        [
          `open/comment.${extension}`,
          `${opening(extension)}MODEL = "gpt-4o"\n/* """ ${filled('never ends ', 60_000)}`,
        ],
      ],
    ),
  )
  writeFiles(folder, { ...good, ...files, ...unterminated })
  assertAccounted(auditHostile(folder), [...Object.keys(files), ...Object.keys(unterminated)])
})

test('broken bytes, odd names and what is no plain file are read or named', () => {
  const folder = temporaryFolder()
  const outside = temporaryFolder()
  writeFiles(outside, { 'secret.py': call })
  const line = Buffer.from(call)
  const utf16 = Buffer.from(`\uFEFF${call}`, 'utf16le')
  const files = {
    'bytes/invalid.py': Buffer.concat([
      line,
      Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x9f]),
      line,
    ]),
    'bytes/utf16.py': utf16,
    'bytes/utf16-odd.py': utf16.subarray(0, utf16.length - 1),
    'bytes/nul.py': Buffer.concat([line, Buffer.alloc(100), line]),
    'bytes/late-nul.py': Buffer.concat([line, Buffer.from('#'.repeat(20_000)), Buffer.alloc(5)]),
    'bytes/surrogates.json': Buffer.from('{"model": "gpt-4o", "a": "\\ud800"}'),
    'names/line\nend.py': call,
    'names/tab\tand "quotes" \'too\'.py': call,
    'names/--flag.py': call,
    'names/-': call,
    '-rf.py': call,
    'names/$(touch x).py': call,
    'names/\u202Egnp.py': call,
    [`names/${'n'.repeat(200)}/${'m'.repeat(200)}/${'o'.repeat(200)}/${'p'.repeat(200)}/${'q'.repeat(200)}.py`]:
      call,
  }
  writeFiles(folder, { ...good, ...files })
  const invalidName = Buffer.concat([
    Buffer.from(`${folder}/names/`),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('.py'),
  ])
  writeFileSync(invalidName, call)
  mkdirSync(join(folder, 'links'))
  symlinkSync('.', join(folder, 'links/loop'))
  symlinkSync('b', join(folder, 'links/a'))
  symlinkSync('a', join(folder, 'links/b'))
  symlinkSync(join(outside, 'secret.py'), join(folder, 'links/out.py'))
  symlinkSync('/', join(folder, 'links/everything'))
  symlinkSync('/dev/zero', join(folder, 'links/endless'))
  writeFileSync(join(folder, 'huge.py'), call)
  truncateSync(join(folder, 'huge.py'), 2 * 1024 * 1024 * 1024)
  execFileSync('mkfifo', [join(folder, 'pipe.py')])
  const audited = auditHostile(folder)
  assert.equal(audited.skipped.get('huge.py'), 'too-large')
  assert.equal(audited.skipped.get('bytes/nul.py'), 'binary')
  for (const path of [
    'bytes/invalid.py',
    'bytes/utf16.py',
    'names/line\nend.py',
    '-rf.py',
    'names/\\xff\\xfe.py',
  ]) {
    assert.ok(audited.found.has(path), path)
  }
  assert.ok(![...audited.found].some((path) => path.startsWith('links/')), 'no link is followed')
  assert.equal(audited.skipped.get('links/out.py'), 'symlink')
  assertAccounted(audited, Object.keys(files))
})

function opening(extension: string): string {
  return extension === 'php' ? '<?php\n$' : ''
}

function yamlBomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, level) =>
      `l${level + 1}: &l${level + 1} [${Array.from({ length: 10 }, () => `*l${level}`).join(', ')}]`,
  )
  return `model: gpt-4o\nl0: &l0 [gpt-4o]\n${levels.join('\n')}\n`
}

function xmlBomb(): string {
  const entities = Array.from(
    { length: 12 },
    (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
  )
  return `<!DOCTYPE a [<!ENTITY e0 "gpt-4o">\n${entities.join('\n')}\n]>\n<a><model>gpt-4o</model>&e12;</a>\n`
}

/** Names a package of an SDK among thousands of others. */
function packageLock(characters: number): string {
  const entries: string[] = []
  for (let index = 0, length = 0; length < characters; index += 1) {
    const entry = `    "node_modules/package-${index}": { "version": "1.0.${index}", "resolved": "https://registry.example/package-${index}.tgz", "integrity": "sha512-${'A'.repeat(60)}==" }`
    entries.push(entry)
    length += entry.length + 2
  }
  entries.push('    "node_modules/openai": { "version": "5.0.0", "description": "gpt-4o" }')
  return `{\n  "name": "app",\n  "packages": {\n${entries.join(',\n')}\n  }\n}\n`
}

function notebook(characters: number): string {
  return JSON.stringify({
    nbformat: 4,
    metadata: { language_info: { name: 'python' } },
    cells: [
      {
        cell_type: 'code',
        source: ['import openai\n', call],
        outputs: [{ output_type: 'stream', text: [filled('gpt-4o said so\n', characters)] }],
      },
    ],
  })
}
