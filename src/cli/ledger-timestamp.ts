import { randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { Fault, messageOf } from '../base/fault.ts'
import {
  openTimeStamp,
  type TimeStamp,
  timeStampLimits,
  timeStampRequest,
} from '../ledger/index.ts'
import { type EgressRules, postGuarded } from './egress.ts'
import { readTextFile } from './read-text-file.ts'

/** Whom to ask for time stamps, and what to hold the answers against. */
export interface TimeStampAuthority {
  readonly address: string
  /** None: the authority is named, and its certificate held against nothing. */
  readonly trusted: readonly X509Certificate[]
  readonly egress: EgressRules
}

export interface GrantedTimeStamp {
  /** The whole answer (TimeStampResp), the form that other programs read too. */
  readonly answer: Buffer
  readonly stamp: TimeStamp
}

const answerType = 'application/timestamp-reply'

/** Asks an authority (RFC 3161 section 3.4) to say that a signed checkpoint existed; what does not hold is not kept. */
export async function askForTimeStamp(
  note: string,
  { address, trusted, egress }: TimeStampAuthority,
): Promise<GrantedTimeStamp> {
  const message = Buffer.from(note)
  const { body, nonce } = await timeStampRequest(message, randomBytes)
  const { contentType, body: answer } = await postGuarded(
    {
      address,
      contentType: 'application/timestamp-query',
      body,
      mayBeHttp: true,
      answerBytesMax: timeStampLimits.answerBytesMax,
    },
    egress,
  )
  const origin = URL.parse(address)?.origin ?? ''
  if (contentType.split(';')[0]?.trim().toLowerCase() !== answerType)
    throw refused(origin, `it answered with \`${contentType.slice(0, 80)}\`, not \`${answerType}\``)
  const opened = await openTimeStamp({
    answer,
    message,
    nonce,
    trusted,
    now: Date.now(),
    isFresh: true,
    crypto: webcrypto,
  })
  if (opened.kind === 'refused') throw refused(origin, opened.reason)
  return { answer, stamp: opened.stamp }
}

function refused(origin: string, reason: string): Fault {
  return new Fault('HF_TIMESTAMP_REFUSED', `no time stamp of ${origin}: ${reason}`, {
    expected: 'a time-stamping authority (RFC 3161) that signs what was asked',
  })
}

/** `--tsa-ca`: certificates in PEM, each of which is trusted: roots, authorities below them, or the signer itself. */
export async function readTrustedCertificates(path: string): Promise<readonly X509Certificate[]> {
  const text = await readTextFile(path)
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    if (blocks.length === 0) throw new Error('it holds none')
    return blocks.map((block) => new X509Certificate(block))
  } catch (error) {
    throw new Fault('HF_USAGE', `\`--tsa-ca ${path}\`: ${messageOf(error)}`, {
      expected: 'certificates in PEM, each beginning with `-----BEGIN CERTIFICATE-----`',
      cause: error,
    })
  }
}

/** `2026-06-12T21:21:00.000Z ± 1 s`. */
export function timeText({ at, accuracyMs }: TimeStamp): string {
  return accuracyMs === null ? at : `${at} ± ${accuracyMs / 1000} s`
}
