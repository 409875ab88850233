import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { holdfast, type Outcome, temporaryFolder, writeFiles } from './holdfast.ts'

const order = `# Order 12, as the gazette has it
id: order-12
title: Order 12
instrument: regulation
issuer: xx/orchard
publication: published
source: { title: gazette, retrieved: 2026-06-30 } # page 3
effect: forbid
scope: { models: [anthropic/claude-fable-5] }
status: # only ever appended to
  - { at: 2026-06-12T21:21:00Z, is: effective } # from the first hour
review: { state: unverified, by: null, at: null }
`
const cases = `directive: order-12
cases:
  - { name: before, at: 2026-06-12T21:20:59Z, class: undetermined, model: anthropic/claude-fable-5, expect: allow }
  - { name: at once, at: 2026-06-12T21:21:00Z, class: undetermined, model: anthropic/claude-fable-5, expect: deny, clause: scope }
`

function place(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  writeFiles(folder, {
    'holdfast.yaml':
      'version: 1\norganisation: { name: Acme }\nroutes: []\nworkflows: []\ndirectives: { load: [us-bis-2026-06-12] }\n',
    ...files,
  })
  return folder
}

function run(cwd: string, ...words: readonly string[]): Outcome {
  return holdfast(words, { cwd })
}

function assertFault(outcome: Outcome, status: number, ...patterns: readonly RegExp[]): void {
  assert.equal(outcome.status, status, outcome.stderr)
  for (const pattern of patterns) assert.match(outcome.stderr, pattern)
}

const signed = ['--source', 'https://gazette.example/13', '--by', 'Ada Example'] as const

describe('list and show', () => {
  test('list tells what ships, what is local and what is enforced, as text and as JSON', () => {
    const folder = place({ 'directives/order-12.yaml': order })
    const text = run(folder, 'directive', 'list', '--at', '2026-06-20T00:00:00Z')
    assert.equal(text.status, 0, text.stderr)
    assert.match(
      text.stdout,
      /us-bis-2026-06-12 +in force, withdrawn +enforced +unverified +shipped/,
    )
    assert.match(text.stdout, /order-12 +in force +- +unverified +local/)
    assert.match(text.stdout, /template-\S+ +template/)
    const json = JSON.parse(
      run(folder, 'directive', 'list', '--format', 'json', '--at', '2026-07-02T00:00:00Z').stdout,
    ) as { readonly directives: readonly { readonly id: string; readonly isInForce: boolean }[] }
    const found = json.directives.find(({ id }) => id === 'us-bis-2026-06-12')
    assert.equal(found?.isInForce, false)
    assert.equal(existsSync(join(folder, '.holdfast')), false, 'looking keeps nothing')
  })

  test('a bad file is told beside the good ones', () => {
    const folder = place({ 'directives/bad.yaml': order.replace('forbid', 'discourage') })
    const { status, stdout, stderr } = run(folder, 'directive', 'list')
    assert.equal(status, 0)
    assert.match(stdout, /us-bis-2026-06-12/)
    assert.match(stderr, /error HF_DIRECTIVE_INVALID: directives\/bad\.yaml:8:9: `effect`/)
  })

  test('show tells scope, history, source, review and that counsel decides', () => {
    const folder = place()
    const at = ['--at', '2026-06-20T00:00:00Z'] as const
    const text = run(folder, 'directive', 'show', 'us-bis-2026-06-12', ...at)
    assert.equal(text.status, 0, text.stderr)
    for (const pattern of [
      /in force; enforced here/,
      /anthropic\/claude-fable-5 is withdrawn for everybody/,
      /persons +foreign-person as us-ear-772\.1 defines it/,
      /lifted 2026-06-30, from 2026-07-01T12:00:00\.000Z/,
      /review: unverified\)\. Not legal advice; counsel decides\./,
    ]) {
      assert.match(text.stdout, pattern)
    }
    const json = JSON.parse(
      run(folder, 'directive', 'show', 'us-bis-2026-06-12', '--format', 'json', ...at).stdout,
    ) as {
      readonly state: { readonly isInForce: boolean }
      readonly directive: { readonly id: string }
    }
    assert.deepEqual([json.state.isInForce, json.directive.id], [true, 'us-bis-2026-06-12'])
  })

  test('an unknown id gets the nearest one, an unknown flag or format a usage fault', () => {
    const folder = place()
    assertFault(
      run(folder, 'directive', 'show', 'us-bis-2026-06-21'),
      2,
      /HF_DIRECTIVE_UNKNOWN/,
      /`us-bis-2026-06-12`/,
    )
    assertFault(run(folder, 'directive', 'show', 'no-such.yaml'), 3, /HF_FILE_READ/)
    assertFault(run(folder, 'directive', 'list', '--format', 'xml'), 2, /HF_USAGE/)
    assertFault(run(folder, 'directive', 'list', '--today'), 2, /HF_USAGE/)
    assertFault(run(folder, 'directive', 'list', '--at', '2026-06-20T00:00'), 2, /HF_USAGE/, /zone/)
    assertFault(run(folder, 'directive', 'list', '--config', 'other.yaml'), 2, /HF_CONFIG_MISSING/)
  })

  test('control characters of a title never reach the terminal', () => {
    const folder = place({
      'directives/order-12.yaml': order.replace('title: Order 12', 'title: "Order \\e[31m 12"'),
    })
    assert.doesNotMatch(run(folder, 'directive', 'list').stdout, /\u001b/)
    assert.doesNotMatch(run(folder, 'directive', 'show', 'order-12').stdout, /\u001b/)
  })
})

describe('check', () => {
  function check(text: string, ...flags: readonly string[]): Outcome {
    return run(place({ 'order.yaml': text }), 'directive', 'check', 'order.yaml', ...flags)
  }

  test('a sound file passes, and what is only worth knowing fails where that is asked for', () => {
    const sound = check(order)
    assert.equal(sound.status, 0, sound.stderr)
    assert.match(sound.stdout, /order\.yaml:12:\d+ note: unverified/)
    assert.match(sound.stdout, /follows the schema; 0 errors, 0 warnings, 1 note/)
    assert.equal(check(order, '--fail-on', 'warning').status, 0)
    assert.equal(check(order, '--fail-on', 'note').status, 1)
  })

  test('a time without a zone is refused with its line', () => {
    assertFault(
      check(order.replace('21:21:00Z', '21:21:00')),
      2,
      /HF_DIRECTIVE_INVALID: `status\.0\.at`: a time in UTC/,
      /order\.yaml:11:\d+/,
    )
  })

  test('every problem is told at once', () => {
    const text = order.replace('forbid', 'discourage').replace('regulation', 'wish')
    assertFault(check(text), 2, /order\.yaml:4:13/, /also: order\.yaml:8:9 effect/)
  })

  test('contradictory carve-outs are refused with their line', () => {
    const clause = (more: string) => `  - { at: 2026-06-14T00:00:00Z, entities: annex-a${more} }\n`
    const text = `${order}carveOuts:\n${clause('')}${clause(', employment: permanent-and-regular')}`
    assertFault(
      check(text),
      2,
      /HF_DIRECTIVE_INVALID: `carve-out-2` contradicts `carve-out-1`/,
      /order\.yaml:15:5/,
    )
  })

  test('unknown models, vendors and providers are told with the nearest known', () => {
    const text = order.replace(
      'models: [anthropic/claude-fable-5]',
      'models: [anthropic/claude-fabel-5], providers: [aws-bedrok]',
    )
    const { status, stdout } = check(text)
    assert.equal(status, 0)
    assert.match(
      stdout,
      /order\.yaml:9:\d+ warning: .*`anthropic\/claude-fabel-5`; did you mean `anthropic\/claude-fable-5`/,
    )
    assert.match(stdout, /provider `aws-bedrok`; did you mean `aws-bedrock`/)
    assert.equal(check(text, '--fail-on', 'warning').status, 1)
  })

  test('a directive of 100,000 lines is refused at once, and says why', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `    - orchard/apple-${index}`)
    const startedAt = performance.now()
    assertFault(
      check(`id: long\nscope:\n  models:\n${lines.join('\n')}\n`),
      2,
      /HF_DIRECTIVE_INVALID: `order\.yaml` is longer than \d+ bytes/,
    )
    assert.ok(performance.now() - startedAt < 20_000)
  })

  test('a folder, a missing file and a file that is no YAML are faults', () => {
    const folder = place({ 'order.yaml': 'a: [', 'folder/x': '' })
    assertFault(
      run(folder, 'directive', 'check', 'order.yaml'),
      2,
      /HF_DIRECTIVE_INVALID/,
      /order\.yaml:1:/,
    )
    assertFault(run(folder, 'directive', 'check', './folder'), 3, /HF_FILE_READ/)
    assertFault(run(folder, 'directive', 'check', 'none.yaml'), 3, /HF_FILE_READ/)
    assertFault(run(folder, 'directive', 'check'), 2, /HF_USAGE/)
  })

  test('findings come as JSON too', () => {
    const json = JSON.parse(check(order, '--format', 'json').stdout) as {
      readonly findings: readonly { readonly severity: string; readonly line: number }[]
    }
    assert.deepEqual(
      json.findings.map(({ severity, line }) => [severity, line]),
      [['note', 12]],
    )
  })
})

describe('test', () => {
  test('cases of a shipped directive come out as they say', () => {
    const { status, stdout } = run(place(), 'directive', 'test', 'us-bis-2026-06-12')
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^ok {3}2026-06-12T21:21:00Z deny/m)
    assert.match(stdout, /cases, 0 failed/)
    assert.match(stdout, /review: unverified\)\. Not legal advice; counsel decides\.\n$/)
  })

  test('a case that comes out otherwise is printed with why, and ends with exit code 1', () => {
    const folder = place({
      'directives/order-12.yaml': order,
      'directives/order-12.cases.yaml': cases.replace(
        'expect: deny, clause: scope',
        'expect: allow',
      ),
    })
    const { status, stdout } = run(folder, 'directive', 'test', 'order-12')
    assert.equal(status, 1)
    assert.match(stdout, /^FAIL .*at once\n +the rule says deny, expected was allow$/m)
  })

  test('missing cases and cases of another directive are faults', () => {
    const folder = place({
      'directives/order-12.yaml': order,
      'other.yaml': cases.replace('order-12', 'order-13'),
    })
    assertFault(
      run(folder, 'directive', 'test', 'order-12'),
      3,
      /no cases lie beside/,
      /order-12\.cases\.yaml/,
    )
    assertFault(
      run(folder, 'directive', 'test', 'order-12', '--cases', 'other.yaml'),
      2,
      /holds cases of `order-13`/,
    )
  })
})

describe('add', () => {
  test('a sound file is copied byte for byte with its cases, once, and says how to enforce it', () => {
    const folder = place({ 'new.yaml': order, 'new.cases.yaml': cases })
    const first = run(folder, 'directive', 'add', 'new.yaml')
    assert.equal(first.status, 0, first.stderr)
    assert.match(first.stdout, /add `order-12` to `directives\.load` in `holdfast\.yaml`/)
    assert.equal(readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8'), order)
    assert.equal(run(folder, 'directive', 'test', 'order-12').status, 0)
    assertFault(
      run(folder, 'directive', 'add', 'new.yaml'),
      2,
      /HF_FILE_EXISTS/,
      /directives\/order-12\.yaml/,
    )
  })

  test('the id of a shipped directive is taken', () => {
    const folder = place({ 'new.yaml': order.replace('id: order-12', 'id: us-bis-2026-06-12') })
    assertFault(run(folder, 'directive', 'add', 'new.yaml'), 2, /HF_FILE_EXISTS/)
  })

  test('a dry run and a contradiction write nothing', () => {
    const folder = place({
      'new.yaml': order,
      'bad.yaml': `${order}carveOuts: [{ on: 2026-06-14 }]\n`,
    })
    assert.equal(run(folder, 'directive', 'add', 'new.yaml', '--dry-run').status, 0)
    assertFault(run(folder, 'directive', 'add', 'bad.yaml'), 2, /spares everything/)
    assert.equal(existsSync(join(folder, 'directives')), false)
  })
})

describe('lift and review', () => {
  test('a lift appends one line to a local file and leaves every other byte', () => {
    const folder = place({ 'directives/order-12.yaml': order })
    const lifted = run(folder, 'directive', 'lift', 'order-12', '--at', '2026-06-30', ...signed)
    assert.equal(lifted.status, 0, lifted.stderr)
    assert.match(lifted.stdout, /lifted from 2026-07-01T12:00:00\.000Z/)
    const after = readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8')
    const line =
      '  - { on: 2026-06-30, is: lifted, source: https://gazette.example/13, by: Ada Example }\n'
    const first = '# from the first hour\n'
    assert.equal(after, order.replace(first, `${first}${line}`))
    const shown = run(folder, 'directive', 'show', 'order-12', '--at', '2026-07-01T12:00:00Z')
    assert.match(shown.stdout, /not in force/)
  })

  test('an instant of another zone is written in UTC', () => {
    const folder = place({ 'directives/order-12.yaml': order })
    run(folder, 'directive', 'lift', 'order-12', '--at', '2026-06-30T14:00:00+02:00', ...signed)
    assert.match(
      readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8'),
      /at: 2026-06-30T12:00:00\.000Z, is: lifted/,
    )
  })

  test('what ships is lifted and signed beside holdfast.yaml, step by step', () => {
    const folder = place()
    const id = 'us-bis-2026-06-12'
    assert.equal(run(folder, 'directive', 'lift', id, '--at', '2026-06-20', ...signed).status, 0)
    const review = run(folder, 'directive', 'review', id, '--by', 'Counsel', '--at', '2026-06-21')
    assert.equal(review.status, 0, review.stderr)
    const amendment = readFileSync(join(folder, `directives/${id}.amendment.yaml`), 'utf8')
    assert.match(amendment, /is: lifted/)
    assert.match(amendment, /review: \{ state: verified, by: Counsel, at: 2026-06-21 \}/)
    const file = `directives/${id}.amendment.yaml`
    const checked = run(folder, 'directive', 'check', file)
    assert.equal(checked.status, 0, checked.stderr)
    assert.match(checked.stdout, /follows the schema of amendments/)
    const list = run(folder, 'directive', 'list', '--at', '2026-06-22T00:00:00Z').stdout
    assert.match(list, /us-bis-2026-06-12 +not in force, withdrawn +enforced +verified/)
    writeFiles(folder, { [file]: 'directive: us-bis-2026-06-13\n' })
    const astray = run(folder, 'directive', 'check', file)
    assert.equal(astray.status, 2)
    assert.match(astray.stderr, /HF_DIRECTIVE_UNKNOWN[\s\S]*did you mean `us-bis-2026-06-12`/)
  })

  test('without source, person or zone nothing is written', () => {
    const folder = place({ 'directives/order-12.yaml': order })
    const lift = (...words: readonly string[]) =>
      run(folder, 'directive', 'lift', 'order-12', ...words)
    assertFault(lift('--at', '2026-06-30', '--by', 'Ada'), 2, /HF_USAGE/, /--source/)
    assertFault(lift('--at', '2026-06-30', '--source', 'x'), 2, /HF_USAGE/, /--by/)
    assertFault(lift('--at', '2026-06-30', '--source', ' ', '--by', 'Ada'), 2, /HF_USAGE/)
    assertFault(lift('--at', '2026-06-30', '--source', 'x', '--by', ' '), 2, /HF_DIRECTIVE_HISTORY/)
    assertFault(lift('--at', '2026-06-30T12:00:00', ...signed), 2, /HF_USAGE/, /zone/)
    assertFault(lift('--at', '2026-06-31', ...signed), 2, /HF_USAGE/)
    assert.equal(readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8'), order)
  })

  test('with `twoPerson` a lift needs two different names', () => {
    const folder = place({ 'directives/order-12.yaml': order })
    writeFiles(folder, {
      'holdfast.yaml':
        'version: 1\norganisation: { name: Acme }\nroutes: []\nworkflows: []\ndirectives: { twoPerson: true }\n',
    })
    const lift = (...words: readonly string[]) =>
      run(folder, 'directive', 'lift', 'order-12', '--at', '2026-06-30', '--source', 'x', ...words)
    assertFault(
      lift('--by', 'Ada', '--by', 'ada '),
      2,
      /HF_DIRECTIVE_HISTORY/,
      /two different persons/,
    )
    assert.equal(lift('--by', 'Ada', '--by', 'Grace').status, 0)
  })

  test(
    'a read-only folder is a fault and leaves the file as it was',
    { skip: process.getuid?.() === 0 },
    () => {
      const folder = place({ 'directives/order-12.yaml': order })
      chmodSync(join(folder, 'directives'), 0o555)
      try {
        const lifted = run(folder, 'directive', 'lift', 'order-12', '--at', '2026-06-30', ...signed)
        assertFault(lifted, 3, /HF_FILE_WRITE/)
        assertFault(
          run(folder, 'directive', 'add', 'directives/order-12.yaml'),
          2,
          /HF_FILE_EXISTS/,
        )
      } finally {
        chmodSync(join(folder, 'directives'), 0o755)
      }
      assert.equal(readFileSync(join(folder, 'directives/order-12.yaml'), 'utf8'), order)
    },
  )

  test('a place that no folder can be made in is a fault', () => {
    const folder = place({ 'new.yaml': order, directives: 'a file' })
    assertFault(run(folder, 'directive', 'add', 'new.yaml'), 3, /HF_FILE_WRITE/)
  })
})

describe('timeline', () => {
  test('the June 2026 event stands in it, in every format', () => {
    const folder = place()
    const days = [
      '--since',
      '2026-06-01',
      '--until',
      '2026-07-10',
      '--model',
      'claude-fable-5',
    ] as const
    const text = run(folder, 'timeline', ...days)
    assert.equal(text.status, 0, text.stderr)
    assert.match(text.stdout, /2026-06-12/)
    const json = JSON.parse(run(folder, 'timeline', '--format', 'json', ...days).stdout) as {
      readonly events: readonly { readonly event: string; readonly source: string }[]
    }
    const events = json.events.map(({ event }) => event)
    for (const start of [
      'takes effect: Licence',
      'withdrawn for everybody',
      'lifted: Licence',
      'restored',
    ]) {
      assert.ok(
        events.some((event) => event.startsWith(start)),
        start,
      )
    }
    assert.ok(json.events.every(({ source }) => source !== ''))
    const output = join(folder, 'timeline.html')
    assert.equal(run(folder, 'timeline', '--format', 'html', '-o', output, ...days).status, 0)
    assert.match(readFileSync(output, 'utf8'), /<!doctype html>[\s\S]*2026-06-12/i)
  })

  test('one directive alone, and bad words', () => {
    const folder = place()
    const json = JSON.parse(
      run(folder, 'timeline', '--directive', 'us-bis-2026-06-12', '--format', 'json').stdout,
    ) as { readonly events: readonly { readonly subject: { readonly directive: string } }[] }
    assert.ok(json.events.length > 4)
    assert.ok(json.events.every(({ subject }) => subject.directive === 'us-bis-2026-06-12'))
    assertFault(run(folder, 'timeline', '--since', 'June'), 2, /HF_USAGE/)
    assertFault(
      run(folder, 'timeline', '--since', '2026-07-01', '--until', '2026-06-01'),
      2,
      /HF_USAGE/,
    )
    assertFault(
      run(folder, 'timeline', '--model', 'claude-fabel-5'),
      2,
      /HF_CATALOGUE_UNKNOWN/,
      /claude-fable-5/,
    )
    assertFault(run(folder, 'timeline', '--directive', 'no-such'), 2, /HF_DIRECTIVE_UNKNOWN/)
  })
})

describe('history that cannot be lost', () => {
  const enforcing = `version: 1
organisation: { name: Acme }
routes:
  - id: direct
    provider: anthropic
    protocol: anthropic-messages
    baseUrl: https://api.anthropic.com
    credential: none
    models: { anthropic/claude-fable-5: claude-fable-5, anthropic/claude-opus-4-8: claude-opus-4-8 }
workflows: []
directives: { load: [order-12] }
`
  function decide(
    folder: string,
    model: string,
  ): { readonly verdict: string; readonly stderr: string } {
    const words = ['--model', model, '--route', 'direct', '--class', 'not-foreign-person'] as const
    const at = ['--at', '2026-06-20T00:00:00Z', '--format', 'json'] as const
    const { stdout, stderr } = run(folder, 'policy', 'decide', ...words, ...at)
    const { reasons } = JSON.parse(stdout) as {
      readonly reasons: readonly { readonly directive: string | null }[]
    }
    const isDenied = reasons.some(({ directive }) => directive === 'order-12')
    return { verdict: isDenied ? 'denied by order-12' : 'not concerned', stderr }
  }
  const fable = 'anthropic/claude-fable-5'

  test('a directive that was enforced stays in force when its file is gone or weakened, loudly', () => {
    const folder = place({ 'holdfast.yaml': enforcing, 'directives/order-12.yaml': order })
    const first = decide(folder, fable)
    assert.equal(first.verdict, 'denied by order-12')
    assert.doesNotMatch(first.stderr, /last accepted version/)
    writeFiles(folder, {
      'directives/order-12.yaml': order.replace(
        'review:',
        '  - { on: 2026-06-13, is: lifted }\nreview:',
      ),
    })
    const weakened = decide(folder, fable)
    assert.equal(weakened.verdict, 'denied by order-12')
    assert.match(
      weakened.stderr,
      /lacks `source` and `by`.*; the last accepted version stays in force/,
    )
    rmSync(join(folder, 'directives'), { recursive: true })
    const gone = decide(folder, fable)
    assert.equal(gone.verdict, 'denied by order-12')
    assert.match(gone.stderr, /the file of `order-12` is gone; the last accepted version stays/)
  })

  test('a directive that was never valid denies the models it names, and nothing else', () => {
    const folder = place({
      'holdfast.yaml': enforcing,
      'directives/order-12.yaml': order.replace('forbid', 'discourage'),
    })
    const named = decide(folder, fable)
    assert.equal(named.verdict, 'denied by order-12')
    assert.match(
      named.stderr,
      /`order-12` cannot be read: .*everybody is denied the model it names/,
    )
    assert.equal(decide(folder, 'anthropic/claude-opus-4-8').verdict, 'not concerned')
  })

  test('an id that nobody knows stops the command, with its line and the nearest id', () => {
    const folder = place({
      'holdfast.yaml': enforcing.replace('order-12', 'ordr-12'),
      'directives/order-12.yaml': order,
    })
    assertFault(
      run(folder, 'policy', 'show'),
      2,
      /HF_DIRECTIVE_UNKNOWN/,
      /holdfast\.yaml:11:22/,
      /`order-12`/,
    )
  })
})
