import { hash, type webcrypto, type X509Certificate } from 'node:crypto'
import type { TSTInfo } from 'pkijs'
import { messageOf } from '../../base/fault.ts'
import { findChain, nameOf } from './certificate-chain.ts'
import { hashOf } from './object-identifiers.ts'
import { type PkiLibrary, pkiLibrary } from './pki-library.ts'
import { refused, type RefusedTimeStamp } from './refused-time-stamp.ts'
import { timeStampLimits } from './time-stamp-limits.ts'
import { signerOf, type TimeStampSigner, x509Of } from './time-stamp-signer.ts'
import { readTimeStampAnswer, type TimeStampToken } from './time-stamp-token.ts'

/** What an authority says of a message: that it existed at this time. */
export interface TimeStamp {
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** How far off it may be, as the authority says; null: it does not say. */
  readonly accuracyMs: number | null
  /** Distinguished name of the authority's certificate. */
  readonly authority: string
  /** `sha256:…` over that certificate. */
  readonly certificate: string
  /** Distinguished name of the trusted certificate that it leads to; null: none was given to hold it against. */
  readonly trustedBy: string | null
  /** The authority's number of this token, hexadecimal. */
  readonly serial: string
  /** Object identifier of the policy it was given under. */
  readonly policy: string
}

export type OpenedTimeStamp =
  | { readonly kind: 'verified'; readonly stamp: TimeStamp }
  | RefusedTimeStamp

export interface TimeStampQuestion {
  /** DER of a TimeStampResp, or of the token alone. */
  readonly answer: Uint8Array
  /** What it must be over. */
  readonly message: Uint8Array
  /** Of the request; left out where it is no longer known. */
  readonly nonce?: Uint8Array
  /** Certificates that are trusted. None: the authority is named, and held against nothing. */
  readonly trusted: readonly X509Certificate[]
  readonly now: number
  /** Also refuse a time that is long past: for an answer that has just come. */
  readonly isFresh: boolean
  readonly crypto: webcrypto.Crypto
}

/** Holds a time stamp against a message (RFC 3161 section 2.2, RFC 5816). Never throws for what stands in it. */
export async function openTimeStamp(question: TimeStampQuestion): Promise<OpenedTimeStamp> {
  const pki = await pkiLibrary()
  try {
    const token = readTimeStampAnswer(question.answer, pki)
    if (token.kind === 'refused') return token
    const problem = contentProblem(token, question)
    if (problem !== null) return problem
    const signer = await signerOf(token, question.message, question.crypto, pki)
    if (signer.kind === 'refused') return signer
    const trustedBy = trustOf(token, signer, question, pki)
    if (typeof trustedBy === 'object' && trustedBy !== null) return trustedBy
    return (
      clockProblem(token, question) ?? {
        kind: 'verified',
        stamp: stampOf(token, signer, trustedBy),
      }
    )
  } catch (error) {
    // The library throws for what does not have its form.
    return refused('no-time-stamp', `it cannot be read as a time stamp: ${messageOf(error)}`)
  }
}

function contentProblem(
  { info }: TimeStampToken,
  { message, nonce }: TimeStampQuestion,
): RefusedTimeStamp | null {
  const { hashAlgorithm, hashedMessage } = info.messageImprint
  const name = hashOf[hashAlgorithm.algorithmId]
  if (name === undefined)
    return refused('other-message', `its hash does not count (${hashAlgorithm.algorithmId})`)
  if (!hash(name, message, 'buffer').equals(hashedMessage.valueBlock.valueHexView))
    return refused('other-message', 'it is over another message')
  if (nonce === undefined) return null
  const answered = info.nonce?.valueBlock.valueHexView
  if (answered === undefined || !Buffer.from(nonce).equals(answered))
    return refused('other-nonce', 'it does not carry the nonce of this request: it answers another')
  return null
}

function trustOf(
  { certificates, info }: TimeStampToken,
  { certificate }: TimeStampSigner,
  { trusted }: TimeStampQuestion,
  pki: PkiLibrary,
): string | null | RefusedTimeStamp {
  const at = info.genTime.getTime()
  if (trusted.length === 0) {
    const isValid =
      at >= certificate.validFromDate.getTime() && at <= certificate.validToDate.getTime()
    if (isValid) return null
    return refused(
      'untrusted-authority',
      `the certificate of \`${nameOf(certificate)}\` was not valid then`,
    )
  }
  const others = certificates.map(x509Of)
  const found = findChain({ leaf: certificate, others, trusted, at, pki })
  return found.kind === 'trusted'
    ? nameOf(found.anchor)
    : refused(
        'untrusted-authority',
        `\`${nameOf(certificate)}\` is no trusted authority: ${found.reason}`,
      )
}

function clockProblem(
  token: TimeStampToken,
  { now, isFresh }: TimeStampQuestion,
): RefusedTimeStamp | null {
  const at = token.info.genTime.getTime()
  const allowed = timeStampLimits.clockDifferenceMsMax + (accuracyMsOf(token.info) ?? 0)
  if (at - now <= allowed && (!isFresh || now - at <= allowed)) return null
  const seconds = Math.round(Math.abs(at - now) / 1000)
  return refused(
    'clock-differs',
    `it says ${instantOf(token.info)}, which is ${seconds} s ${at > now ? 'ahead of' : 'behind'} the clock of this machine: one of them is wrong`,
  )
}

function instantOf({ genTime }: TSTInfo): string {
  return genTime.toISOString()
}

function accuracyMsOf({ accuracy }: TSTInfo): number | null {
  if (accuracy === undefined) return null
  const { seconds = 0, millis = 0, micros = 0 } = accuracy
  return seconds * 1000 + millis + micros / 1000
}

function stampOf(
  { info }: TimeStampToken,
  { certificate }: TimeStampSigner,
  trustedBy: string | null,
): TimeStamp {
  return {
    at: instantOf(info),
    accuracyMs: accuracyMsOf(info),
    authority: nameOf(certificate),
    certificate: `sha256:${hash('sha256', certificate.raw, 'hex')}`,
    trustedBy,
    serial: Buffer.from(info.serialNumber.valueBlock.valueHexView).toString('hex'),
    policy: info.policy,
  }
}
