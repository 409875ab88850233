import type {
  Certificate,
  ContentInfo,
  PKIStatusInfo,
  SignedData,
  SignerInfo,
  TSTInfo,
} from 'pkijs'
import { shorten, visibleText } from '../../base/visible-text.ts'
import { oid } from './object-identifiers.ts'
import type { PkiLibrary } from './pki-library.ts'
import { refused, type RefusedTimeStamp } from './refused-time-stamp.ts'
import { timeStampLimits } from './time-stamp-limits.ts'

/** A token as it was read; nothing in it was checked yet but its form. */
export interface TimeStampToken {
  readonly kind: 'token'
  readonly signed: SignedData
  readonly info: TSTInfo
  readonly signerInfo: SignerInfo
  readonly certificates: readonly Certificate[]
}

/** Reads what an authority answered (a TimeStampResp), or the token alone. Throws for what has no such form. */
export function readTimeStampAnswer(
  answer: Uint8Array,
  pki: PkiLibrary,
): TimeStampToken | RefusedTimeStamp {
  const { asn1js, pkijs } = pki
  if (answer.length > timeStampLimits.answerBytesMax)
    return refused('no-time-stamp', `it is longer than ${timeStampLimits.answerBytesMax} bytes`)
  const { offset, result } = asn1js.fromBER(new Uint8Array(answer).buffer)
  if (offset !== answer.length || !(result instanceof asn1js.Sequence))
    return refused('no-time-stamp', 'it cannot be read as a time stamp: it is no whole sequence')
  const isTokenAlone = result.valueBlock.value[0] instanceof asn1js.ObjectIdentifier
  if (isTokenAlone) return readToken(new pkijs.ContentInfo({ schema: result }), pki)
  const response = new pkijs.TimeStampResp({ schema: result })
  const status = response.status.status as number
  if (status > statusGrantedMax)
    return refused('refused-by-authority', `the authority ${refusalText(status, response.status)}`)
  if (response.timeStampToken === undefined)
    return refused('no-time-stamp', 'the authority granted it and sent none')
  return readToken(response.timeStampToken, pki)
}

/** 0 granted, 1 granted with modifications, which are looked at like all the rest. */
const statusGrantedMax = 1

const statusTexts: Readonly<Record<number, string>> = {
  2: 'rejects the request',
  3: 'has not decided yet',
  4: 'warns that a revocation is near',
  5: 'says that a revocation has happened',
}

/** Bits of PKIFailureInfo (RFC 3161 section 2.4.2). */
const failureTexts: Readonly<Record<number, string>> = {
  0: 'unknown or unsupported algorithm',
  2: 'transaction not permitted',
  5: 'wrong format of the data',
  14: 'its source of time is not available',
  15: 'the policy is not supported',
  16: 'the extension is not supported',
  17: 'additional information is not available',
  25: 'it cannot serve because of a failure of its system',
}

function refusalText(status: number, { failInfo, statusStrings = [] }: PKIStatusInfo): string {
  const bits = failInfo?.valueBlock.valueHexView ?? new Uint8Array()
  const failures = Object.entries(failureTexts)
    .filter(([bit]) => (((bits[Number(bit) >> 3] ?? 0) << (Number(bit) & 7)) & 0x80) !== 0)
    .map(([, text]) => text)
  const words = statusStrings.map((one) => `\`${visibleText(shorten(one.getValue(), 200))}\``)
  return [statusTexts[status] ?? `answers with status ${status}`, ...failures, ...words].join('; ')
}

function readToken(content: ContentInfo, { pkijs }: PkiLibrary): TimeStampToken | RefusedTimeStamp {
  if (content.contentType !== oid.signedData)
    return refused('no-time-stamp', 'the token is no signed data')
  const signed = new pkijs.SignedData({ schema: content.content })
  const { eContent, eContentType } = signed.encapContentInfo
  if (eContentType !== oid.timeStampInfo || eContent === undefined)
    return refused('no-time-stamp', 'what was signed is no time stamp')
  const [signerInfo, ...more] = signed.signerInfos
  if (signerInfo === undefined || more.length > 0)
    return refused('no-time-stamp', `${signed.signerInfos.length} signed the token, not one`)
  const info = pkijs.TSTInfo.fromBER(eContent.getValue())
  if (info.version !== 1)
    return refused('no-time-stamp', `version ${info.version} of time stamps is not known`)
  const certificates = (signed.certificates ?? []).filter((one) => one instanceof pkijs.Certificate)
  if (certificates.length > timeStampLimits.certificatesMax)
    return refused(
      'no-time-stamp',
      `it brings more than ${timeStampLimits.certificatesMax} certificates`,
    )
  return { kind: 'token', signed, info, signerInfo, certificates }
}
