import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import * as pkijs from 'pkijs'
import { folderOf } from '../../src/ledger/index.ts'
import { type LoopbackServer, startServer } from '../support/loopback-server.ts'
import {
  madeAnswer,
  madeCertificate,
  madeRefusal,
  type StampWishes,
} from '../support/made-authority.ts'
import {
  type AuthorityWishes,
  isWithoutOpenssl,
  opensslAuthority,
} from '../support/openssl-authority.ts'
import { gatewayOrigin, organisation, recordEntries } from '../support/organisation.ts'
import { runHoldfast } from '../support/run-holdfast.ts'
import { git, type Outcome, temporaryFolder } from './holdfast.ts'

const log = folderOf(gatewayOrigin)
const answerType = 'application/timestamp-reply'
const minute = 60_000

const root = await madeCertificate({ name: 'Made Root', isAuthority: true })
const signer = await madeCertificate({ name: 'Made TSA', issuer: root })
const rootFile = join(temporaryFolder(), 'root.pem')
writeFileSync(rootFile, root.x509.toString())

/** An authority in this process; `behaviour` says what it does to the next request. */
async function authority() {
  const state: { behaviour: (query: Query) => Promise<Answer> | Answer } = { behaviour: honest }
  const server = await startServer(async ({ body }, response) => {
    const answer = await state.behaviour(queryOf(body))
    response.writeHead(answer.status ?? 200, { 'content-type': answerType, ...answer.headers })
    response.end(answer.body)
  })
  return { server, state }
}

interface Query {
  readonly nonce: Buffer
  /** Digest over the message that is to be stamped. */
  readonly imprint: Buffer
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer | string
}

function queryOf(body: Buffer): Query {
  const request = pkijs.TimeStampReq.fromBER(new Uint8Array(body).buffer)
  return {
    nonce: Buffer.from(request.nonce?.valueBlock.valueHexView ?? []),
    imprint: Buffer.from(request.messageImprint.hashedMessage.valueBlock.valueHexView),
  }
}

async function granted(query: Query, wishes: Partial<StampWishes> = {}): Promise<Answer> {
  return { body: await madeAnswer({ ...query, signer, ...wishes }) }
}

function honest(query: Query): Promise<Answer> {
  return granted(query)
}

function ask(folder: string, server: LoopbackServer, ...more: readonly string[]): Promise<Outcome> {
  const words = [
    'ledger',
    'checkpoint',
    '--to',
    'file:kept',
    '--timestamp',
    `${server.address}/tsa`,
  ]
  return runHoldfast([...words, ...more], folder)
}

function verify(folder: string, ...words: readonly string[]): Promise<Outcome> {
  return runHoldfast(['ledger', 'verify', ...words], folder)
}

function stampsIn(folder: string): readonly string[] {
  const kept = join(folder, 'kept')
  return existsSync(kept)
    ? readdirSync(kept)
        .filter((name) => name.endsWith('.tsr'))
        .map((name) => join(kept, name))
        .toSorted()
    : []
}

/** An organisation whose gateway's head an honest authority has stamped. */
async function stamped() {
  const made = await authority()
  const folder = organisation(made.server.host)
  await recordEntries(folder, 3)
  const done = await ask(folder, made.server, '--tsa-ca', rootFile)
  assert.equal(done.status, 0, done.stderr)
  const [tsr = ''] = stampsIn(folder)
  return { ...made, folder, tsr, checkpoint: tsr.replace('.tsr', '.checkpoint') }
}

const opensslKinds: Readonly<Record<string, AuthorityWishes>> = {
  'RSA and ESSCertID': {
    key: ['-newkey', 'rsa:2048'],
    signerHash: 'sha256',
    certificateHash: 'sha1',
  },
  'P-384 and ESSCertIDv2': {
    key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    signerHash: 'sha512',
    certificateHash: 'sha256',
  },
}

for (const [kind, wishes] of Object.entries(opensslKinds))
  test(
    `a real authority (${kind}) stamps a checkpoint, and both sides verify it`,
    { skip: isWithoutOpenssl ? 'openssl is absent' : false },
    async () => {
      const tsa = opensslAuthority(join(temporaryFolder(), 'tsa'), wishes)
      const server = await startServer(({ body }, response) => {
        response.writeHead(200, { 'content-type': answerType })
        response.end(tsa.reply(body))
      })
      const folder = organisation(server.host)
      await recordEntries(folder, 5)
      const done = await ask(folder, server, '--tsa-ca', tsa.root)
      assert.equal(done.status, 0, done.stderr)
      assert.match(
        done.stdout,
        /time stamp {2}5 entries of acme-freight\/holdfast\/gateway: \S+Z ± 1\.5 s, says O=Acme Time, CN=Acme TSA\n/,
      )
      const [request] = server.received
      assert.equal(request?.headers['content-type'], 'application/timestamp-query')
      const [tsr = ''] = stampsIn(folder)
      const head = tsr.replace('.tsr', '.checkpoint')
      assert.equal(
        readFileSync(head, 'utf8'),
        readFileSync(join(folder, '.holdfast/ledger', log, 'checkpoint'), 'utf8'),
      )
      assert.match(tsa.verify(tsr, head), /OK/)
      await recordEntries(folder, 2)
      const proven = await verify(folder, '--timestamp', tsr, '--tsa-ca', tsa.root)
      assert.equal(proven.status, 0, proven.stdout)
      assert.match(
        proven.stdout,
        /proven {2}acme-freight\/holdfast\/gateway: its first 5 entries existed at \S+Z ± 1\.5 s, says O=Acme Time, CN=Acme TSA, trusted by O=Acme Time, CN=Acme Root\n/,
      )
      const unheld = await verify(folder, '--timestamp', tsr, '--checkpoint', head)
      assert.equal(unheld.status, 0, unheld.stdout)
      assert.match(
        unheld.stdout,
        /taken from the time stamps themselves[\s\S]*sha256:[0-9a-f]{64} {2}O=Acme Time/,
      )
      const found = await runHoldfast(
        ['ledger', 'search', '--kind', 'process', '--format', 'json'],
        folder,
      )
      assert.match(found.stdout, /"event":"witnessed"/)
      assert.match(found.stdout, /time stamp over 5 entries of acme-freight\/holdfast\/gateway: /)
    },
  )

test('every log is stamped, older stamps stay, and each still proves its own time', async () => {
  const { folder, server, tsr } = await stamped()
  await new Promise((resolve) => void setTimeout(resolve, 1100))
  assert.equal((await ask(folder, server)).status, 0)
  const stamps = stampsIn(folder)
  assert.equal(stamps.length, 3, 'the log of the commands has a head since the first stamp')
  assert.ok(stamps.includes(tsr))
  const words = stamps.flatMap((one) => ['--timestamp', one])
  const found = await verify(folder, ...words, '--tsa-ca', rootFile, '--format', 'json')
  assert.equal(found.status, 0, found.stdout)
  const { isWhole, timestamps } = JSON.parse(found.stdout) as {
    isWhole: boolean
    timestamps: { origin: string; size: number; stamp: { trustedBy: string }; problem: null }[]
  }
  assert.equal(isWhole, true)
  assert.deepEqual(
    timestamps.map(({ origin, size, stamp, problem }) => [origin, size, stamp.trustedBy, problem]),
    [
      ['acme-freight/holdfast/cli', 1, 'CN=Made Root', null],
      [gatewayOrigin, 3, 'CN=Made Root', null],
      [gatewayOrigin, 3, 'CN=Made Root', null],
    ],
  )
})

test('what an authority does wrong is named, the checkpoint is kept, and no entry says that it was stamped', async () => {
  const { server, state } = await authority()
  const folder = organisation(server.host)
  await recordEntries(folder, 2)
  const stranger = await madeCertificate({ name: 'Stranger' })
  const otherNonce = Buffer.from('4142434445464748', 'hex')
  const past = Date.now() - 60 * minute
  const cases: readonly (readonly [RegExp, (query: Query) => Promise<Answer> | Answer])[] = [
    [
      /HF_TIMESTAMP_REFUSED: .*the authority rejects the request; unknown or unsupported algorithm; `no`/,
      () => ({ body: madeRefusal(2, 'no', 0) }),
    ],
    [
      /HF_TIMESTAMP_REFUSED: .*nonce of this request/,
      (query) => granted(query, { nonce: otherNonce }),
    ],
    [
      /HF_TIMESTAMP_REFUSED: .*over another message/,
      (query) => granted(query, { imprint: Buffer.alloc(32) }),
    ],
    [
      /HF_TIMESTAMP_REFUSED: .*its signature does not hold/,
      (query) => granted(query, { key: stranger.key }),
    ],
    [
      /HF_TIMESTAMP_REFUSED: .*`CN=Stranger` is no trusted authority/,
      (query) => granted(query, { signer: stranger }),
    ],
    [/HF_TIMESTAMP_REFUSED: .* 36\d\d s behind the clock/, (query) => granted(query, { at: past })],
    [/HF_TIMESTAMP_REFUSED: .*cannot be read as a time stamp/, () => ({ body: 'nonsense' })],
    [
      /HF_TIMESTAMP_REFUSED: .*answered with `text\/html`/,
      () => ({ headers: { 'content-type': 'text/html' } }),
    ],
    [/HF_POST_FAILED: .*longer than 262144 bytes/, () => ({ body: Buffer.alloc(300_000) })],
    [
      /HF_POST_FAILED: .*it redirects \(302\)/,
      () => ({ status: 302, headers: { location: server.address } }),
    ],
    [/HF_POST_FAILED: .*it answered 503/, () => ({ status: 503 })],
  ]
  for (const [expected, behaviour] of cases) {
    state.behaviour = behaviour
    const failed = await ask(folder, server, '--tsa-ca', rootFile)
    assert.equal(failed.status, 3, failed.stdout)
    assert.match(failed.stderr, expected)
    assert.match(failed.stdout, /^1 checkpoints written to file:kept\n$/)
  }
  assert.equal(server.received.length, cases.length, 'nobody is asked twice')
  assert.deepEqual(readdirSync(join(folder, 'kept')), [`${log}.checkpoint`])
  const found = await runHoldfast(['ledger', 'search', '--kind', 'process'], folder)
  assert.doesNotMatch(found.stdout, /witnessed/)
})

test('an authority in a private network that nobody declared is not asked', async () => {
  const { server } = await authority()
  const folder = organisation()
  await recordEntries(folder, 1)
  const refused = await ask(folder, server)
  assert.equal(refused.status, 3)
  assert.match(
    refused.stderr,
    /HF_POST_FAILED: .*`127\.0\.0\.1` is no address of the public network/,
  )
  assert.equal(server.received.length, 0)
})

test('a time stamp goes where the checkpoint goes: into the commit, and with the POST', async () => {
  const { server } = await authority()
  const hook = await startServer((_, response) => void response.writeHead(200).end())
  const folder = organisation(server.host, hook.host)
  await recordEntries(folder, 1)
  const evidence = join(folder, 'evidence')
  mkdirSync(evidence)
  git(evidence, 'init', '--quiet')
  git(evidence, 'config', 'user.name', 'Test')
  git(evidence, 'config', 'user.email', 'test@example.invalid')
  git(evidence, 'config', 'commit.gpgsign', 'false')
  const to = (place: string) =>
    runHoldfast(['ledger', 'checkpoint', '--to', place, '--timestamp', server.address], folder)
  const committed = await to('git:evidence')
  assert.equal(committed.status, 0, committed.stderr)
  const names = git(evidence, 'ls-tree', '--name-only', 'HEAD').trim().split('\n')
  const tsr = names.find((name) => name.endsWith('.tsr')) ?? ''
  assert.match(tsr, /\.\d{8}T\d{6}Z\.tsr$/)
  assert.ok(names.includes(tsr.replace('.tsr', '.checkpoint')))
  assert.equal((await verify(folder, '--timestamp', join(evidence, tsr))).status, 0)
  const posted = await to(hook.address)
  assert.equal(posted.status, 0, posted.stderr)
  const { checkpoints } = JSON.parse(String(hook.received[0]?.body)) as {
    checkpoints: { log: string; note: string; timestamp: string }[]
  }
  const own = checkpoints.find((one) => one.log === log)
  writeFileSync(join(folder, 'posted.checkpoint'), own?.note ?? '')
  writeFileSync(join(folder, 'posted.tsr'), Buffer.from(own?.timestamp ?? '', 'base64'))
  assert.equal((await verify(folder, '--timestamp', 'posted.tsr', '--tsa-ca', rootFile)).status, 0)
})

test('whatever keeps a time stamp from proving anything is named', async () => {
  const { folder, tsr, checkpoint } = await stamped()
  const note = readFileSync(checkpoint, 'utf8')
  const message = Buffer.from(note)
  const write = (name: string, content: string | Buffer): string => {
    writeFileSync(join(folder, name), content)
    return name
  }
  const stranger = await madeCertificate({ name: 'Stranger' })
  const ahead = Date.now() + 60 * minute
  const cases: readonly (readonly [RegExp, readonly string[]])[] = [
    [
      /it is over another message/,
      ['--timestamp', write('other.tsr', await madeAnswer({ message: Buffer.from('x'), signer }))],
    ],
    [
      /its signature does not hold/,
      [
        '--timestamp',
        write('forged.tsr', await madeAnswer({ message, signer, key: stranger.key })),
      ],
    ],
    [
      /`CN=Stranger` is no trusted authority: no certificate that you trust issued `CN=Stranger`/,
      ['--timestamp', write('stranger.tsr', await madeAnswer({ message, signer: stranger }))],
    ],
    [
      /the authority rejects the request/,
      ['--timestamp', write('refused.tsr', madeRefusal(2, 'no', 2))],
    ],
    [
      / 3[56]\d\d s ahead of the clock of this machine/,
      ['--timestamp', write('ahead.tsr', await madeAnswer({ message, signer, at: ahead }))],
    ],
    [/cannot be read as a time stamp/, ['--timestamp', write('garbage.tsr', 'garbage')]],
    [/it is longer than 262144 bytes/, ['--timestamp', write('long.tsr', Buffer.alloc(400_000))]],
  ]
  const words = cases.flatMap(([, one]) => [...one, '--checkpoint', checkpoint])
  const found = await verify(folder, ...words, '--tsa-ca', rootFile)
  assert.equal(found.status, 1)
  assert.match(found.stdout, /^whole /)
  const lines = found.stdout.split('\n').filter((line) => line.startsWith('BAD'))
  assert.equal(lines.length, cases.length, found.stdout)
  for (const [index, [expected, [, file]]] of cases.entries()) {
    assert.match(lines[index] ?? '', expected)
    assert.ok(lines[index]?.startsWith(`BAD  time stamp ${file}: `))
  }
  const signature = note.replace('\n3\n', '\n4\n')
  const forged = await verify(
    folder,
    '--timestamp',
    tsr,
    '--checkpoint',
    write('forged.checkpoint', signature),
  )
  assert.equal(forged.status, 1)
  assert.match(
    forged.stdout,
    /BAD {2}time stamp .*: its checkpoint: the signature of `acme-freight\/holdfast\/gateway` does not hold/,
  )
})

test('a ledger that lost or changed what existed then is told by the time stamp', async () => {
  const { folder, tsr } = await stamped()
  const elsewhere = organisation()
  const place = join(folder, '.holdfast/ledger', log)
  // Whoever has the signing key can write another ledger; the time they cannot write.
  writeFileSync(
    join(elsewhere, 'keys/ledger-signing.pem'),
    readFileSync(join(folder, 'keys/ledger-signing.pem')),
  )
  await recordEntries(elsewhere, 2)
  const other = join(elsewhere, '.holdfast/ledger', log)
  const putBack = () => {
    for (const name of readdirSync(other).filter((one) => one !== 'lock'))
      writeFileSync(join(place, name), readFileSync(join(other, name)))
  }
  putBack()
  const shorter = await verify(folder, '--timestamp', tsr, '--tsa-ca', rootFile)
  assert.equal(shorter.status, 1)
  assert.match(shorter.stdout, /entry 2: it is missing: 3 entries were signed, 2 are there/)
  assert.match(
    shorter.stdout,
    /BAD {2}time stamp .*: the ledger is not known to hold the 3 entries/,
  )
  await recordEntries(elsewhere, 4)
  putBack()
  const rewritten = await verify(folder, '--timestamp', tsr, '--tsa-ca', rootFile)
  assert.equal(rewritten.status, 1)
  assert.match(rewritten.stdout, /the first 3 entries do not lead to the root that was signed/)
  assert.match(rewritten.stdout, /BAD {2}time stamp/)
  assert.equal((await verify(folder)).status, 0, 'without the time stamp nothing is seen')
})

test('entries that say they were recorded after the time at which they were stamped are told', async () => {
  const { server } = await authority()
  const folder = organisation(server.host)
  await recordEntries(folder, 2, () => Date.now() + 120 * minute)
  assert.equal((await ask(folder, server)).status, 0)
  const found = await verify(folder, '--timestamp', stampsIn(folder)[0] ?? '')
  assert.equal(found.status, 1)
  assert.match(
    found.stdout,
    /its last entry says \S+Z, which is 7\d\d\d s after \S+Z: the clock of the ledger or that of the authority was wrong/,
  )
})

test('flags that do not fit together, and files that are not there, are told with a code', async () => {
  const { folder, tsr, checkpoint, server } = await stamped()
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [2, /HF_USAGE: 0 of --timestamp and 1 of --checkpoint/, ['--checkpoint', checkpoint]],
    [2, /HF_USAGE: `--tsa-ca` without `--timestamp`/, ['--tsa-ca', rootFile]],
    [2, /HF_USAGE: `--tsa-ca \S+\.tsr`: it holds none/, ['--timestamp', tsr, '--tsa-ca', tsr]],
    [3, /HF_FILE_READ: cannot read `nowhere\.checkpoint`/, ['--timestamp', 'nowhere.tsr']],
    [
      3,
      /HF_FILE_READ: cannot read `nowhere\.tsr`/,
      ['--timestamp', 'nowhere.tsr', '--checkpoint', checkpoint],
    ],
  ]
  for (const [status, expected, words] of cases) {
    const found = await verify(folder, ...words)
    assert.equal(found.status, status, found.stderr)
    assert.match(found.stderr, expected)
  }
  const alone = ['ledger', 'checkpoint', '--to', 'file:kept', '--tsa-ca', rootFile]
  assert.match(
    (await runHoldfast(alone, folder)).stderr,
    /HF_USAGE: `--tsa-ca` without `--timestamp`/,
  )
  assert.equal(server.received.length, 1)
})
