import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { stringify } from 'yaml'
import { type GatewayProcess, startGateway } from '../support/gateway-process.ts'
import { gatewayKeys, gatewayWorld, setGatewayKeys } from '../support/gateway-world.ts'
import { type Provider, startProvider } from '../support/provider/provider.ts'
import { until } from '../support/store-case.ts'
import { holdfast, temporaryFolder, writeFiles } from './holdfast.ts'

/** What of requests and answers stands in the ledger: digests, and contents for counsel alone where a workflow says so. */

setGatewayKeys()
const folder = temporaryFolder()
const faulty = temporaryFolder()
const secret = 'the-vault-opens-at-nine'

interface Opened {
  readonly content: {
    readonly entry: {
      readonly request: string
      readonly endedAt: string | null
      readonly outcome: string
      readonly requestDigest: string | null
      readonly answerDigest: string | null
      readonly content?: object
    }
  }
  readonly opened?: { readonly request?: string; readonly answer?: string }
}

suite('contents of requests and answers', () => {
  let provider: Provider
  let gateway: GatewayProcess

  before(async () => {
    provider = await startProvider({ seed: 0 })
    const made = holdfast(['ledger', 'keys', 'init', '--directory', 'keys'], { cwd: folder })
    assert.equal(made.status, 0, made.stderr)
    const keys = {
      signingKey: 'file:keys/ledger-signing.pem',
      idKey: 'file:keys/ledger-ids.key',
      digestKey: 'file:keys/ledger-contents.key',
      counselKey: 'file:keys/counsel-public.pem',
    }
    const world = gatewayWorld({
      upstream: provider.baseUrl,
      ledger: keys,
      workflow: { keepContents: true },
    })
    const { workflows } = world as { workflows: readonly object[] }
    const quiet = { ...workflows[0], id: 'quiet', keepContents: false }
    gateway = await startGateway(folder, { ...world, workflows: [...workflows, quiet] })
  })
  after(async () => {
    await gateway.stop()
    await provider.close()
  })

  async function ask(workflow: string, body: object) {
    const text = JSON.stringify({ model: 'claude-fable-5', max_tokens: 99, ...body })
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: {
        'x-api-key': gatewayKeys.HOLDFAST_TEST_CLEARED,
        'content-type': 'application/json',
        'holdfast-workflow': workflow,
      },
      body: text,
    })
    const answer = Buffer.from(await response.arrayBuffer())
    assert.equal(response.status, 200, answer.toString())
    const id = response.headers.get('holdfast-request-id') ?? ''
    await until('it is recorded', () => entriesOf(id).some(({ endedAt }) => endedAt !== null))
    const ended = entriesOf(id).find(({ endedAt }) => endedAt !== null)
    assert.ok(ended !== undefined)
    return { id, text, answer, ended }
  }

  function search(words: readonly string[] = []): readonly Opened[] {
    const found = holdfast(['ledger', 'search', '--format', 'json', '--limit', '1000', ...words], {
      cwd: folder,
    })
    assert.equal(found.status, 0, found.stderr)
    const lines = found.stdout.trim().split('\n')
    return lines.map((line) => JSON.parse(line) as Opened)
  }

  const entriesOf = (id: string) =>
    search(['--kind', 'decision']).flatMap(({ content: { entry } }) =>
      entry.request === id ? [entry] : [],
    )
  const digestOf = (content: string | Buffer) => {
    const key = Buffer.from(
      readFileSync(join(folder, 'keys/ledger-contents.key'), 'utf8'),
      'base64',
    )
    return `hmac:${createHmac('sha256', key).update('content\n').update(content).digest('hex')}`
  }
  const messages = (text: string) => [{ role: 'user', content: text }]

  test('their digests are those of the bytes that came and went, streamed or whole', async () => {
    for (const stream of [false, true]) {
      const { text, answer, ended } = await ask('quiet', {
        stream,
        messages: messages(`[[words: 40]] ${secret}`),
      })
      assert.equal(ended.requestDigest, digestOf(text))
      assert.equal(ended.answerDigest, digestOf(answer))
      assert.equal(ended.content, undefined)
    }
  })

  test('an answer of more than is gathered has the digest of the whole', async () => {
    const { answer, ended } = await ask('quiet', {
      stream: true,
      max_tokens: 9_000,
      messages: messages('[[words: 9000]] more'),
    })
    assert.ok(answer.length > 300_000, String(answer.length))
    assert.equal(ended.answerDigest, digestOf(answer))
  })

  test('a workflow that keeps them has them in the ledger for counsel, and for nobody else', async () => {
    for (const stream of [false, true]) {
      const { id, text, answer } = await ask('review', {
        stream,
        messages: messages(`[[words: 40]] ${secret}`),
      })
      const counsel = search(['--kind', 'decision', '--counsel-key', 'keys/counsel-private.pem'])
      const opened = counsel.flatMap(({ content: { entry }, opened: of }) =>
        entry.request === id && entry.content !== undefined ? [of] : [],
      )
      assert.equal(opened.length, 1)
      assert.equal(opened[0]?.request, text)
      assert.equal(opened[0]?.answer, answer.toString())
      for (const one of search(['--kind', 'decision'])) assert.equal(one.opened, undefined)
    }
    const kept = filesUnder(join(folder, '.holdfast')).map((path) => readFileSync(path, 'latin1'))
    assert.ok(kept.length > 2)
    assert.equal(
      kept.some((content) => content.includes(secret)),
      false,
    )
  })

  test('what is too long is kept from its beginning, and counsel is told so', async () => {
    const { id, text, answer } = await ask('review', {
      stream: true,
      max_tokens: 9_000,
      messages: messages(`[[words: 9000]] ${'x'.repeat(500_000)}`),
    })
    const counsel = search(['--kind', 'decision', '--counsel-key', 'keys/counsel-private.pem'])
    const opened = counsel.find(
      ({ content: { entry } }) => entry.request === id && entry.content !== undefined,
    )?.opened
    const request = opened?.request ?? ''
    assert.ok(request.startsWith(text.slice(0, 300_000)))
    assert.match(
      request,
      new RegExp(`… \\(the first 358400 of ${Buffer.byteLength(text)} bytes\\)$`),
    )
    assert.match(opened?.answer ?? '', new RegExp(` of ${answer.length} bytes\\)$`))
  })

  test('contents that nothing would seal are not kept unread: the gateway does not start', () => {
    const world = gatewayWorld({
      upstream: provider.baseUrl,
      ledger: {
        signingKey: `file:${join(folder, 'keys/ledger-signing.pem')}`,
        idKey: `file:${join(folder, 'keys/ledger-ids.key')}`,
      },
      workflow: { keepContents: true },
    })
    writeFiles(faulty, { 'holdfast.yaml': stringify(world) })
    const ran = holdfast(['serve', '--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0'], {
      cwd: faulty,
    })
    assert.equal(ran.status, 2)
    assert.match(ran.stderr, /HF_KEY_INVALID.*`review` keeps contents/s)
    const checked = holdfast(['check', '--offline'], { cwd: faulty })
    assert.match(checked.stdout, /`ledger.counselKey`: workflow `review` keeps contents/)
  })
})

function filesUnder(place: string): readonly string[] {
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .map((name) => join(place, name))
    .filter((path) => statSync(path).isFile())
}
