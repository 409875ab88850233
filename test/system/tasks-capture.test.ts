import assert from 'node:assert/strict'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, gatewayWorld, ledgerKeys, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** Real calls become tasks: drawn by chance, redacted and sealed before they are written, and opened on record alone. */

setGatewayKeys()
const folders = {
  plain: temporaryFolder(),
  off: temporaryFolder(),
  many: temporaryFolder(),
  full: temporaryFolder(),
  killed: temporaryFolder(),
  keyless: temporaryFolder(),
}

/** Each must be on the disk nowhere: neither as it is nor as JSON or base64 writes it. */
const planted = {
  key: 'sk-ant-api03-Zk3vQ9xW7pLm2RtY8uNb4cHd',
  mail: 'maria.ortiz@acme-corp.co.uk',
  phone: '+49 30 901820 44',
  iban: 'DE89 3704 0044 0532 0130 00',
  card: '4111 1111 1111 1111',
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  password: 'Tr0ub4dor&3x',
  address: '8.8.4.4',
} as const

const letter = `Dear desk, write to ${planted.mail} or call ${planted.phone}. Pay from ${planted.iban} or card ${planted.card}.
config: { "password": "${planted.password}", "key": "${planted.key}" } from ${planted.address}
Authorization: Bearer ${planted.token}`

type Capture = Readonly<Record<string, unknown>>

/** A folder with all keys in it, and the configuration of a gateway that captures. */
function prepared(folder: string, upstream: string, capture: Capture | null): object {
  const { files, ledger } = ledgerKeys()
  writeFiles(folder, files)
  for (const path of Object.keys(files)) chmodSync(join(folder, path), 0o600)
  const made = holdfast(['tasks', 'capture', 'keys', '--directory', 'owner'], { cwd: folder })
  assert.equal(made.status, 0, made.stderr)
  assert.match(made.stdout, /key: file:owner\/tasks-public\.pem/)
  ledgers.set(folder, ledger)
  return configured(folder, upstream, capture)
}

const ledgers = new Map<string, Readonly<Record<string, unknown>>>()

function configured(folder: string, upstream: string, capture: Capture | null): object {
  const ledger = ledgers.get(folder)
  const key = 'file:owner/tasks-public.pem'
  return gatewayWorld({
    upstream,
    ...(ledger === undefined ? {} : { ledger }),
    workflow: capture === null ? {} : { capture: { rate: 1, key, ...capture } },
  })
}

async function ask(
  gateway: GatewayProcess,
  content: string,
  more: {
    readonly stream?: boolean
    readonly headers?: Record<string, string>
    readonly body?: object
  } = {},
): Promise<number> {
  const response = await fetch(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED,
      'content-type': 'application/json',
      ...more.headers,
    },
    body: JSON.stringify({
      model: 'claude-fable-5',
      max_tokens: 50,
      stream: more.stream ?? false,
      metadata: { user_id: 'person-4711-of-acme' },
      messages: [{ role: 'user', content }],
      ...more.body,
    }),
    signal: AbortSignal.timeout(20_000),
  })
  await response.arrayBuffer()
  return response.status
}

function filesUnder(place: string): readonly string[] {
  if (!existsSync(place)) return []
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile())
}

const keptIn = (folder: string, workflow = 'review') =>
  filesUnder(join(folder, '.holdfast/captured', workflow)).filter((path) => path.endsWith('.json'))

function assertNowhere(folder: string, texts: readonly string[]): void {
  const files = filesUnder(folder)
  for (const path of files) {
    const content = readFileSync(path)
    for (const text of texts)
      for (const form of [text, Buffer.from(text).toString('base64').slice(0, -3)])
        assert.ok(!content.includes(form), `\`${text}\` lies in ${path}`)
  }
}

interface ReadTask {
  readonly id: string
  readonly cluster: string
  readonly request: { readonly messages: readonly { readonly content: string }[] }
}

function exported(folder: string, output: string): readonly ReadTask[] {
  const ran = holdfast(
    [
      'tasks',
      'capture',
      'export',
      'review',
      '--key',
      'owner/tasks-private.pem',
      '--output',
      output,
    ],
    { cwd: folder },
  )
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
  return readFileSync(join(folder, output, 'tasks.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReadTask)
}

suite('calls that become tasks', () => {
  let provider: Provider
  let gateway: GatewayProcess
  const folder = folders.plain

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(folder, prepared(folder, provider.baseUrl, {}))
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  test('what is secret or of persons is nowhere on the disk, whole or streamed', async () => {
    assert.equal(await ask(gateway, `${letter} [[words: 5]] one`), 200)
    assert.equal(
      await ask(gateway, `second case: ${letter} [[words: 5]] two`, { stream: true }),
      200,
    )
    await until('both are kept', () => keptIn(folder).length === 2)
    assertNowhere(folder, [...Object.values(planted), 'person-4711-of-acme', 'second case'])
    for (const path of keptIn(folder)) assert.equal(statSync(path).mode & 0o077, 0)
  })

  test('their owner gets a task set of them, with pseudonyms that are the same everywhere', () => {
    const tasks = exported(folder, 'set')
    assert.equal(tasks.length, 1, 'both say nearly the same')
    const [task] = tasks
    const text = task?.request.messages[0]?.content ?? ''
    for (const value of Object.values(planted)) assert.ok(!text.includes(value), value)
    assert.match(text, /person-[0-9a-f]{12}@redacted\.invalid/)
    assertNowhere(folder, Object.values(planted))
    const header = JSON.parse(readFileSync(join(folder, 'set/task-set.json'), 'utf8'))
    assert.deepEqual(
      [header.licence, header.provenance.kind, header.redaction.state, header.review],
      ['proprietary', 'captured', 'redacted', 'needed'],
    )
    const answers = readFileSync(join(folder, 'set/recorded-answers.jsonl'), 'utf8')
    assert.equal(JSON.parse(answers).task, task?.id)
    const checked = holdfast(['tasks', 'check', 'set'], { cwd: folder })
    assert.match(checked.stdout, /not-reviewed: /)
    assert.match(checked.stdout, /no-graders: /)
  })

  test('every use stands in the ledger, and another key opens nothing', () => {
    const search = () =>
      holdfast(['ledger', 'search', '--kind', 'capture', '--format', 'json'], { cwd: folder })
        .stdout.split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).content.entry)
    const before = search()
    assert.equal(before.length, 1)
    assert.equal(before[0].event, 'exported')
    const shown = holdfast(
      [
        'tasks',
        'capture',
        'show',
        'review',
        '--key',
        'owner/tasks-private.pem',
        '--by',
        'R. Adler',
      ],
      { cwd: folder },
    )
    assert.equal(shown.status, 0, shown.stderr)
    assert.ok(!shown.stdout.includes(planted.mail))
    assert.deepEqual(search().map(({ event, by }) => [event, by])[1], ['shown', 'R. Adler'])
    holdfast(['tasks', 'capture', 'keys', '--directory', 'other'], { cwd: folder })
    const wrong = holdfast(
      [
        'tasks',
        'capture',
        'export',
        'review',
        '--key',
        'other/tasks-private.pem',
        '--output',
        'no',
      ],
      { cwd: folder },
    )
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /HF_KEY_INVALID.*opens none of the 2/s)
    assert.ok(!existsSync(join(folder, 'no')))
    assert.equal(search().length, 2)
  })

  test('calls with attachments or kept by the provider make no task, and are counted', async () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://pictures.example/a.png' } }
    const said = { type: 'text', text: 'what is this? [[words: 3]]' }
    const messages = [{ role: 'user', content: [image, said] }]
    assert.equal(await ask(gateway, '', { body: { messages } }), 200)
    await until('it is kept', () => keptIn(folder).length === 3)
    assertNowhere(folder, ['pictures.example'])
    const ran = holdfast(
      [
        'tasks',
        'capture',
        'export',
        'review',
        '--key',
        'owner/tasks-private.pem',
        '--output',
        'again',
      ],
      { cwd: folder },
    )
    assert.match(ran.stdout, /calls that make no task: 1 × attachment/)
  })

  test('a caller may say what calls have in common, and calls of tools are recorded from streams', async () => {
    const before = keptIn(folder).length
    const headers = { 'holdfast-cluster': 'acme/secret-repository' }
    const tools = [{ name: 'look', input_schema: { type: 'object' } }]
    const call =
      'use the tool. [[words: 0]] [[call: look {"at": 1, "mail": "maria.ortiz@acme-corp.co.uk"}]]'
    assert.equal(await ask(gateway, call, { headers, stream: true, body: { tools } }), 200)
    const other = 'something else altogether, of the same repository [[words: 4]]'
    assert.equal(await ask(gateway, other, { headers, stream: true }), 200)
    await until('both are kept', () => keptIn(folder).length === before + 2)
    assertNowhere(folder, ['secret-repository', planted.mail])
    const asked = (task: ReadTask) => String(task.request.messages[0]?.content)
    const all = exported(folder, 'clusters')
    const tasks = ['use the tool', 'something else'].flatMap((text) =>
      all.filter((task) => asked(task).startsWith(text)),
    )
    assert.equal(tasks.length, 2)
    assert.equal(tasks[0]?.cluster, tasks[1]?.cluster)
    const answers = readFileSync(join(folder, 'clusters/recorded-answers.jsonl'), 'utf8')
    const recorded = answers.split('\n').find((line) => line.includes(tasks[0]?.id ?? 'none'))
    const { toolCalls } = JSON.parse(recorded ?? '{}').answer
    assert.equal(toolCalls[0].name, 'look')
    assert.match(toolCalls[0].arguments.mail, /@redacted\.invalid$/)
  })

  test('calls of a trial are none of the work', async () => {
    const before = keptIn(folder).length
    const headers = { 'holdfast-route': 'anthropic' }
    assert.equal(await ask(gateway, 'of a trial [[words: 3]]', { headers }), 200)
    assert.equal(await ask(gateway, 'of the work, and so it is kept [[words: 3]]'), 200)
    await until('the other is kept', () => keptIn(folder).length > before)
    assert.equal(keptIn(folder).length, before + 1)
  })
})

suite('nothing is captured unasked', () => {
  const folder = folders.off
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(folder, prepared(folder, provider.baseUrl, null))
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  test('without `capture`, and at a rate of 0, nothing is kept', async () => {
    for (let count = 0; count < 5; count += 1)
      assert.equal(await ask(gateway, `off ${count} [[words: 2]]`), 200)
    await gateway.configure(configured(folder, provider.baseUrl, { rate: 0 }))
    for (let count = 0; count < 5; count += 1)
      assert.equal(await ask(gateway, `rate 0 ${count} [[words: 2]]`), 200)
    await gateway.configure(configured(folder, provider.baseUrl, { rate: 1 }))
    assert.equal(await ask(gateway, 'on [[words: 2]]'), 200)
    await until('the one is kept', () => keptIn(folder).length > 0)
    assert.equal(keptIn(folder).length, 1)
  })

  test('a gateway does not start where a key is missing or there is no ledger, and `check` says so', () => {
    const other = folders.keyless
    const keyless = prepared(other, provider.baseUrl, { key: 'file:gone.pem' })
    for (const [world, problem] of [
      [keyless, /`workflows.review.capture.key`: cannot read the key `gone.pem`/],
      [{ ...keyless, ledger: undefined }, /captures tasks, and there is no `ledger.digestKey`/],
    ] as const) {
      writeFiles(other, { 'holdfast.yaml': JSON.stringify(world) })
      const checked = holdfast(['check', '--offline'], { cwd: other })
      assert.match(checked.stdout, problem)
      const served = holdfast(
        ['serve', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'],
        { cwd: other },
      )
      assert.equal(served.status, 2, served.stderr)
      assert.match(served.stderr, problem)
    }
  })
})

suite('a sample of the traffic of several processes', () => {
  const folder = folders.many
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    gateway = await startGateway(
      folder,
      prepared(folder, provider.baseUrl, { rate: 0.3 }),
      {},
      { processes: 2 },
    )
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  test('its size is that of the rate, and it has an end', async () => {
    const calls = 300
    for (let count = 0; count < calls; count += 20)
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          ask(gateway, `case ${count + index} of something of its own [[words: 2]]`),
        ),
      )
    // What is drawn is written a moment later.
    await until('nothing more is written', async () => {
      const before = keptIn(folder).length
      await new Promise((resolve) => setTimeout(resolve, 300))
      return keptIn(folder).length === before
    })
    const kept = keptIn(folder).length
    // Four standard deviations of 300 draws at .3.
    assert.ok(Math.abs(kept - 90) <= 32, `${kept} of 300`)
    const tasks = exported(folder, 'set')
    assert.equal(new Set(tasks.map(({ cluster }) => cluster)).size, tasks.length)
    const listed = holdfast(['tasks', 'capture', 'list', '--format', 'json'], { cwd: folder })
    const [row] = JSON.parse(listed.stdout).workflows
    assert.deepEqual([row.workflow, row.rate, row.calls], ['review', 0.3, kept])
    await gateway.configure(configured(folder, provider.baseUrl, { rate: 0.3, tasksMax: 40 }))
    await until('the oldest are gone', () => keptIn(folder).length === 40)
  })
})

suite('a process that is killed in the middle', () => {
  const folder = folders.killed

  test('leaves whole tasks and nothing readable, and the next one goes on', async () => {
    const provider = await startProvider({ seed: 0 })
    const world = prepared(folder, provider.baseUrl, {})
    const long = `${letter} ${'and so on, '.repeat(20_000)}`
    for (let turn = 0; turn < 3; turn += 1) {
      const gateway = await startGateway(folder, world)
      const before = keptIn(folder).length
      const asked = Array.from({ length: 12 }, (_, index) =>
        ask(gateway, `${turn} ${index} ${long} [[words: 2]]`).catch(() => 0),
      )
      await until('the first is kept', () => keptIn(folder).length > before)
      await gateway.kill('SIGKILL')
      await Promise.all(asked)
      assertNowhere(folder, Object.values(planted))
    }
    await provider.close()
    const kept = keptIn(folder).length
    const shown = holdfast(
      ['tasks', 'capture', 'show', 'review', '--key', 'owner/tasks-private.pem', '--limit', '1000'],
      { cwd: folder },
    )
    assert.equal(shown.status, 0, shown.stderr)
    assert.equal(shown.stdout.match(/"kind": "task"/g)?.length, kept)
  })
})

suite('a disk that is full', () => {
  const folder = folders.full

  test('costs tasks, never a request, and it is told', async () => {
    const provider = await startProvider({ seed: 0 })
    // No file may grow beyond 64 KiB: such tasks cannot be written, and the ledger has room for all of this.
    const gateway = await startGateway(
      folder,
      prepared(folder, provider.baseUrl, {}),
      {},
      { fileKibMax: 64 },
    )
    const long = 'and so on, '.repeat(20_000)
    for (let count = 0; count < 5; count += 1)
      assert.equal(await ask(gateway, `${count} ${letter} ${long} [[words: 2]]`), 200)
    await until('it is told', () =>
      gateway.events.some(({ message }) =>
        /tasks cannot be kept; requests are served/.test(String(message)),
      ),
    )
    assert.equal(keptIn(folder).length, 0)
    assert.equal(await ask(gateway, 'short [[words: 2]]'), 200)
    await until('short ones are kept', () => keptIn(folder).length === 1)
    assert.equal(filesUnder(folder).filter((path) => path.endsWith('.part')).length, 0)
    assertNowhere(folder, Object.values(planted))
    await gateway.stop()
    await provider.close()
  })
})
