import assert from 'node:assert/strict'
import { randomBytes, webcrypto } from 'node:crypto'
import { test } from 'node:test'
import * as pkijs from 'pkijs'
import {
  answerOf,
  type CertificateWishes,
  madeAnswer,
  madeCertificate,
  type MadeCertificate,
  madeKeys,
  madeRefusal,
  madeToken,
  type StampWishes,
} from '../../../test/support/made-authority.ts'
import { openTimeStamp, type TimeStampQuestion } from './open-time-stamp.ts'
import { timeStampLimits } from './time-stamp-limits.ts'
import { timeStampRequest } from './time-stamp-request.ts'

const message = Buffer.from('acme.example/gateway-1\n5\n…\n')
const now = Date.now()
const minute = 60_000
const day = 24 * 60 * minute

const root = await madeCertificate({ name: 'Acme Root', isAuthority: true })
const middle = await madeCertificate({ name: 'Acme Time CA', isAuthority: true, issuer: root })
const signer = await madeCertificate({ name: 'Acme TSA', issuer: middle })

const honest: StampWishes = { message, signer, others: [middle], at: now }

async function opened(
  wishes: Partial<StampWishes>,
  question: Partial<TimeStampQuestion> = {},
): Promise<string> {
  return outcomeOf(await madeAnswer({ ...honest, ...wishes }), question)
}

/** `verified`, or the problem and the reason. */
async function outcomeOf(
  answer: Uint8Array,
  question: Partial<TimeStampQuestion> = {},
): Promise<string> {
  const found = await openTimeStamp({
    answer,
    message,
    trusted: [root.x509],
    now,
    isFresh: true,
    crypto: webcrypto,
    ...question,
  })
  return found.kind === 'verified' ? 'verified' : `${found.problem}: ${found.reason}`
}

test('a request carries the digest, a new nonce and the wish for certificates', async () => {
  const requests = [
    await timeStampRequest(message, randomBytes),
    await timeStampRequest(message, (count) => Buffer.alloc(count, 0xff)),
    await timeStampRequest(message, (count) => Buffer.alloc(count)),
  ]
  for (const { body, nonce } of requests) {
    const read = pkijs.TimeStampReq.fromBER(new Uint8Array(body).buffer)
    assert.equal(read.version, 1)
    assert.equal(read.certReq, true)
    const written = Buffer.from(read.nonce?.valueBlock.valueHexView ?? [])
    assert.deepEqual(written, nonce, 'written as it is compared')
    assert.equal(nonce.length, timeStampLimits.nonceBytes)
    assert.ok(!body.includes(message), 'the message itself stays here')
  }
  assert.notDeepEqual(requests[0]?.nonce, requests[1]?.nonce)
})

test('an honest answer is verified, and says when, who and by whose trust', async () => {
  const answer = await madeAnswer({ ...honest, accuracySeconds: 2 })
  const found = await openTimeStamp({
    answer,
    message,
    trusted: [root.x509],
    now,
    isFresh: true,
    crypto: webcrypto,
  })
  assert.equal(found.kind, 'verified')
  if (found.kind !== 'verified') return
  assert.deepEqual(found.stamp, {
    at: new Date(now).toISOString(),
    accuracyMs: 2000,
    authority: 'CN=Acme TSA',
    certificate: `sha256:${signer.x509.fingerprint256.replaceAll(':', '').toLowerCase()}`,
    trustedBy: 'CN=Acme Root',
    serial: '07',
    policy: '1.2.3.4.1',
  })
})

test('the token alone is read like the whole answer', async () => {
  const token = Buffer.from((await madeToken(honest)).toSchema().toBER())
  assert.equal(await outcomeOf(token), 'verified')
})

test('a time stamp over another message is named', async () => {
  assert.equal(
    await opened({ message: Buffer.from('x') }),
    'other-message: it is over another message',
  )
  assert.match(
    await opened({ imprintHash: '1.3.14.3.2.26' }),
    /^other-message: its hash does not count/,
  )
})

test('an answer to another request is named', async () => {
  const nonce = Buffer.from('4142434445464748', 'hex')
  assert.equal(await opened({ nonce }, { nonce }), 'verified')
  assert.equal(await opened({ nonce }), 'verified', 'years later nobody knows the nonce')
  for (const other of [{}, { nonce: Buffer.from('4142434445464749', 'hex') }])
    assert.match(await opened(other, { nonce }), /^other-nonce: it does not carry the nonce/)
})

test('an authority that refuses is quoted', async () => {
  assert.equal(
    await outcomeOf(madeRefusal(2, 'come\u001b[2J back', 14)),
    'refused-by-authority: the authority rejects the request; its source of time is not available; `come<U+001B>[2J back`',
  )
  assert.match(
    await outcomeOf(madeRefusal(3, 'wait', 25)),
    /has not decided yet; .*failure of its system/,
  )
  assert.equal(
    await outcomeOf(answerOf(0, null)),
    'no-time-stamp: the authority granted it and sent none',
  )
  const modified = answerOf(1, await madeToken(honest))
  assert.equal(await outcomeOf(modified), 'verified')
})

test('a signature that is not over these very bytes does not hold', async () => {
  const stranger = await madeKeys()
  assert.match(
    await opened({ key: stranger.privateKey }),
    /^bad-signature: its signature does not hold/,
  )
  assert.match(
    await opened({ digest: Buffer.alloc(32) }),
    /^bad-signature: its signature does not hold: .*digest/,
  )
  assert.match(
    await opened({ contentType: '1.2.840.113549.1.7.1' }),
    /^bad-signature: .*something else/,
  )
  assert.match(await opened({ digestHash: 'SHA-1' }), /^bad-signature: .*hash that does not count/)
  assert.match(await opened({ signatures: 2 }), /^no-time-stamp: 2 signed the token, not one/)
  assert.match(await opened({ signatures: 0 }), /^no-time-stamp: 0 signed the token, not one/)
  assert.match(await opened({ version: 2 }), /^no-time-stamp: version 2/)
})

test('another certificate over the same key is not taken for the one that signed', async () => {
  assert.match(await opened({ named: null }), /^bad-signature: it does not name the certificate/)
  assert.match(await opened({ named: middle }), /^bad-signature: it does not name the certificate/)
})

test('a certificate that is not for time stamping alone is named', async () => {
  const codeSigning = '1.3.6.1.5.5.7.3.3'
  const timeStamping = '1.3.6.1.5.5.7.3.8'
  const wishes: readonly Partial<CertificateWishes>[] = [
    { uses: [] },
    { uses: [codeSigning] },
    { uses: [timeStamping, codeSigning] },
    { areUsesCritical: false },
    { isAuthority: true, uses: [timeStamping] },
  ]
  for (const wish of wishes) {
    const other = await madeCertificate({ name: 'Acme Code', issuer: middle, ...wish })
    assert.match(
      await opened({ signer: other }),
      /^no-time-stamping-certificate: `CN=Acme Code` signed it/,
      JSON.stringify(wish),
    )
  }
})

test('trust ends where a certificate may not give it', async () => {
  const outcome = async (
    path: readonly MadeCertificate[],
    leaf: Partial<CertificateWishes> = {},
  ) => {
    const last = path.at(-1)
    const made = await madeCertificate({
      name: 'Acme TSA',
      ...(last === undefined ? {} : { issuer: last }),
      ...leaf,
    })
    return opened({ signer: made, others: path })
  }
  const authority = (wishes: Partial<CertificateWishes>) =>
    madeCertificate({ name: 'Middle', isAuthority: true, issuer: root, ...wishes })
  assert.equal(await outcome([root]), 'verified', 'straight from the root')
  const forger = await madeCertificate({ name: 'Acme Root', isAuthority: true })
  assert.match(await outcome([forger]), /no certificate that you trust issued `CN=Acme Root`/)
  assert.match(await outcome([]), /no certificate that you trust issued `CN=Acme TSA`/)
  const plain = await authority({ isAuthority: false, uses: [] })
  assert.match(await outcome([plain]), /`CN=Middle` may not issue certificates/)
  const web = await authority({ uses: ['1.3.6.1.5.5.7.3.1'] })
  assert.match(await outcome([web]), /may not issue certificates for time stamping/)
  const old = await authority({ from: now - 30 * day, to: now - day })
  assert.match(await outcome([old]), /`CN=Middle` was not valid at/)
  assert.match(await outcome([root], { from: now + day }), /`CN=Acme TSA` was not valid at/)
  const strange = await authority({ criticalExtension: '1.2.3.4.5' })
  assert.match(
    await outcome([strange]),
    /critical extension that is not understood here \(1\.2\.3\.4\.5\)/,
  )
  const weak = await authority({ hash: 'SHA-1' })
  assert.match(await outcome([weak]), /signed with an algorithm that does not count/)
  const narrow = await authority({ pathLength: 0 })
  assert.equal(await outcome([narrow]), 'verified')
  const below = await authority({ name: 'Below', issuer: narrow })
  assert.match(
    await outcome([narrow, below]),
    /`CN=Middle` may have 0 authorities below it, and 1 are there/,
  )
})

test('the certificate that signed may itself be the one that is trusted', async () => {
  assert.equal(await opened({}, { trusted: [signer.x509] }), 'verified')
  assert.equal(await opened({}, { trusted: [middle.x509] }), 'verified')
})

test('without trusted certificates the authority is named, and held to its own dates', async () => {
  assert.equal(await opened({ others: [] }, { trusted: [] }), 'verified')
  assert.match(
    await opened({ at: now - 10 * day }, { trusted: [], isFresh: false }),
    /^untrusted-authority: the certificate of `CN=Acme TSA` was not valid then/,
  )
})

test('certificates that sign each other in a ring end the search', async () => {
  const [one, two] = [await madeKeys(), await madeKeys()]
  const first = await madeCertificate({ name: 'One', isAuthority: true, keys: one })
  const second = await madeCertificate({ name: 'Two', isAuthority: true, keys: two, issuer: first })
  const ring = await madeCertificate({ name: 'One', isAuthority: true, keys: one, issuer: second })
  const leaf = await madeCertificate({ name: 'Acme TSA', issuer: ring })
  assert.match(
    await opened({ signer: leaf, others: [ring, second] }),
    /^untrusted-authority: .*no certificate that you trust issued/,
  )
})

test('a chain longer than the limit is no chain', async () => {
  const path = [root]
  for (let depth = 0; depth < timeStampLimits.chainCertificatesMax; depth += 1) {
    const issuer = path.at(-1) ?? root
    path.push(await madeCertificate({ name: `Level ${depth}`, isAuthority: true, issuer }))
  }
  const leafUnder = (issuer: MadeCertificate) => madeCertificate({ name: 'Acme TSA', issuer })
  const longest = path[timeStampLimits.chainCertificatesMax - 2] ?? root
  assert.equal(await opened({ signer: await leafUnder(longest), others: path }), 'verified')
  const tooLong = path[timeStampLimits.chainCertificatesMax - 1] ?? root
  assert.match(
    await opened({ signer: await leafUnder(tooLong), others: path }),
    /^untrusted-authority/,
  )
})

test('a time far from the clock of this machine is named, the past only for what has just been asked', async () => {
  assert.equal(await opened({ at: now + 4 * minute }), 'verified')
  assert.match(
    await opened({ at: now + 6 * minute }),
    /^clock-differs: .* 360 s ahead of the clock/,
  )
  assert.equal(await opened({ at: now + 6 * minute, accuracySeconds: 90 }), 'verified')
  assert.match(await opened({ at: now - 6 * minute }), /^clock-differs: .* 360 s behind the clock/)
  assert.equal(await opened({ at: now - 6 * minute }, { isFresh: false }), 'verified')
  assert.match(await opened({ at: now + 6 * minute }, { isFresh: false }), /^clock-differs/)
})

test('what is too long is not read', async () => {
  assert.match(
    await outcomeOf(Buffer.alloc(timeStampLimits.answerBytesMax + 1)),
    /^no-time-stamp: it is longer than 262144 bytes/,
  )
  const many = Array.from({ length: timeStampLimits.certificatesMax }, () => middle)
  assert.match(await opened({ others: many }), /brings more than 32 certificates/)
})

test('no changed byte makes an answer say something else, and none makes reading it throw', async () => {
  const answer = await madeAnswer(honest)
  const question = { message, trusted: [root.x509], now, isFresh: true, crypto: webcrypto }
  const untouched = await openTimeStamp({ ...question, answer })
  assert.equal(untouched.kind, 'verified')
  let refused = 0
  // Lengths of the envelope and what nobody signs may be written in other ways; what was signed says the same then.
  for (let index = 0; index < answer.length; index += 7) {
    const changed = Buffer.from(answer)
    changed[index] = (changed[index] ?? 0) ^ 0x15
    const found = await openTimeStamp({ ...question, answer: changed })
    if (found.kind === 'verified') assert.deepEqual(found, untouched, `byte ${index}`)
    else refused += 1
  }
  assert.ok(refused > 100)
})

test('what is cut off, longer, or something else altogether is no time stamp', async () => {
  const answer = await madeAnswer(honest)
  for (const length of [0, 1, 2, 10, answer.length - 1])
    assert.match(await outcomeOf(answer.subarray(0, length)), /^no-time-stamp: /)
  const strangers = [
    Buffer.concat([answer, Buffer.of(0)]),
    Buffer.from('<html>'),
    Buffer.from('x'.repeat(5000)),
    Buffer.from('30803080', 'hex'),
    Buffer.alloc(100_000, 0x30),
    signer.x509.raw,
  ]
  for (const stranger of strangers) assert.match(await outcomeOf(stranger), /^no-time-stamp: /)
})
