import { hash } from 'node:crypto'
import { pkiLibrary } from './pki-library.ts'
import { timeStampLimits } from './time-stamp-limits.ts'

const sha256 = '2.16.840.1.101.3.4.2.1'

export interface TimeStampRequest {
  /** DER of a TimeStampReq, the body of `application/timestamp-query`. */
  readonly body: Buffer
  readonly nonce: Buffer
}

/**
 * Asks for a time stamp over a message, of which only the SHA-256 leaves this machine. The answer must bring the
 * certificates along: without them it could not be verified in years to come.
 */
export async function timeStampRequest(
  message: Uint8Array,
  random: (bytes: number) => Buffer,
): Promise<TimeStampRequest> {
  const { asn1js, pkijs } = await pkiLibrary()
  const nonce = Buffer.from(random(timeStampLimits.nonceBytes))
  // A positive number that fills all its bytes: the one form in which DER may write it.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({
        algorithmId: sha256,
        algorithmParams: new asn1js.Null(),
      }),
      hashedMessage: new asn1js.OctetString({
        valueHex: bytesOf(hash('sha256', message, 'buffer')),
      }),
    }),
    nonce: new asn1js.Integer({ valueHex: bytesOf(nonce) }),
    certReq: true,
  })
  return { body: Buffer.from(request.toSchema().toBER()), nonce }
}

/** A buffer of its own: small ones of Node share one. */
function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
