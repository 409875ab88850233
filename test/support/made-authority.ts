import { hash, webcrypto, X509Certificate } from 'node:crypto'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'

/**
 * Certificates and time stamps as no honest authority would give them, made with the library that reads them; the
 * system tests hold both against OpenSSL.
 */

const engine = new pkijs.CryptoEngine({ crypto: webcrypto })
const timeStamping = '1.3.6.1.5.5.7.3.8'
const day = 86_400_000

export interface MadeCertificate {
  readonly certificate: pkijs.Certificate
  readonly x509: X509Certificate
  readonly key: webcrypto.CryptoKey
}

export interface CertificateWishes {
  readonly name: string
  /** Left out: it signs itself. */
  readonly issuer?: MadeCertificate
  /** Key of another certificate, instead of a new one. */
  readonly keys?: webcrypto.CryptoKeyPair
  readonly isAuthority?: boolean
  readonly pathLength?: number
  readonly uses?: readonly string[]
  readonly areUsesCritical?: boolean
  readonly criticalExtension?: string
  readonly from?: number
  readonly to?: number
  readonly hash?: string
}

export async function madeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
}

let serial = 1

export async function madeCertificate(wishes: CertificateWishes): Promise<MadeCertificate> {
  const {
    name,
    issuer,
    isAuthority = false,
    from = Date.now() - day,
    to = from + 30 * day,
  } = wishes
  const keys = wishes.keys ?? (await madeKeys())
  const certificate = new pkijs.Certificate()
  certificate.version = 2
  certificate.serialNumber = new asn1js.Integer({ value: serial })
  serial += 1
  const named = nameOf(name)
  certificate.subject.typesAndValues = named
  certificate.issuer.typesAndValues = issuer?.certificate.subject.typesAndValues ?? named
  certificate.notBefore.value = new Date(from)
  certificate.notAfter.value = new Date(to)
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey, engine)
  certificate.extensions = extensionsOf({ ...wishes, isAuthority })
  await certificate.sign(issuer?.key ?? keys.privateKey, wishes.hash ?? 'SHA-256', engine)
  const x509 = new X509Certificate(Buffer.from(certificate.toSchema().toBER()))
  return { certificate, x509, key: keys.privateKey }
}

function nameOf(name: string): pkijs.AttributeTypeAndValue[] {
  const value = new asn1js.Utf8String({ value: name })
  return [new pkijs.AttributeTypeAndValue({ type: '2.5.4.3', value })]
}

function extensionsOf(wishes: CertificateWishes): pkijs.Extension[] {
  const { isAuthority = false, pathLength, areUsesCritical = true, criticalExtension } = wishes
  const uses = wishes.uses ?? (isAuthority ? [] : [timeStamping])
  const basic = new pkijs.BasicConstraints({
    cA: isAuthority,
    ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }),
  })
  const extension = (extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }) =>
    new pkijs.Extension({ extnID, critical, extnValue: value.toBER() })
  return [
    extension('2.5.29.19', true, basic.toSchema()),
    ...(uses.length === 0
      ? []
      : [
          extension(
            '2.5.29.37',
            areUsesCritical,
            new pkijs.ExtKeyUsage({ keyPurposes: [...uses] }).toSchema(),
          ),
        ]),
    ...(criticalExtension === undefined
      ? []
      : [extension(criticalExtension, true, new asn1js.Null())]),
  ]
}

export interface StampWishes {
  /** What it is over, or the SHA-256 of that. */
  readonly message?: Uint8Array
  readonly imprint?: Buffer
  readonly signer: MadeCertificate
  readonly others?: readonly MadeCertificate[]
  readonly at?: number
  readonly nonce?: Uint8Array
  readonly accuracySeconds?: number
  /** What the signed attributes say the signer's certificate is. */
  readonly named?: MadeCertificate | null
  readonly contentType?: string
  /** Another digest over what was signed than its own. */
  readonly digest?: Buffer
  readonly imprintHash?: string
  readonly digestHash?: 'SHA-1' | 'SHA-256'
  readonly signatures?: number
  readonly key?: webcrypto.CryptoKey
  readonly version?: number
}

const timeStampInfo = '1.2.840.113549.1.9.16.1.4'

/** A token (RFC 3161 section 2.4.2), signed. */
export async function madeToken(wishes: StampWishes): Promise<pkijs.ContentInfo> {
  const { signer, others = [], contentType = timeStampInfo, signatures = 1 } = wishes
  const info = infoOf(wishes).toSchema().toBER()
  const digestHash = wishes.digestHash ?? 'SHA-256'
  const digest = wishes.digest ?? hash(digestHash.replace('-', ''), new Uint8Array(info), 'buffer')
  const named = wishes.named === undefined ? signer : wishes.named
  const attributes = [
    attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: contentType })),
    attribute('1.2.840.113549.1.9.4', new asn1js.OctetString({ valueHex: bytesOf(digest) })),
    ...(named === null ? [] : [attribute('1.2.840.113549.1.9.16.2.47', signingCertificate(named))]),
  ]
  const signed = new pkijs.SignedData({
    version: 3,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({
      eContentType: timeStampInfo,
      eContent: new asn1js.OctetString({ valueHex: info }),
    }),
    certificates: [signer, ...others].map((one) => one.certificate),
    signerInfos: Array.from(
      { length: signatures },
      () =>
        new pkijs.SignerInfo({
          version: 1,
          sid: new pkijs.IssuerAndSerialNumber({
            issuer: signer.certificate.issuer,
            serialNumber: signer.certificate.serialNumber,
          }),
          signedAttrs: new pkijs.SignedAndUnsignedAttributes({ type: 0, attributes }),
        }),
    ),
  })
  for (let index = 0; index < signatures; index += 1)
    await signed.sign(wishes.key ?? signer.key, index, digestHash, undefined, engine)
  return new pkijs.ContentInfo({
    contentType: pkijs.ContentInfo.SIGNED_DATA,
    content: signed.toSchema(true),
  })
}

function infoOf(wishes: StampWishes): pkijs.TSTInfo {
  const { message = Buffer.alloc(0), at = Date.now(), nonce, accuracySeconds, version = 1 } = wishes
  const imprint = wishes.imprint ?? hash('sha256', message, 'buffer')
  const imprintHash = wishes.imprintHash ?? '2.16.840.1.101.3.4.2.1'
  return new pkijs.TSTInfo({
    version,
    policy: '1.2.3.4.1',
    messageImprint: new pkijs.MessageImprint({
      hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: imprintHash }),
      hashedMessage: new asn1js.OctetString({ valueHex: bytesOf(imprint) }),
    }),
    serialNumber: new asn1js.Integer({ value: 7 }),
    genTime: new Date(at),
    ...(accuracySeconds === undefined
      ? {}
      : { accuracy: new pkijs.Accuracy({ seconds: accuracySeconds }) }),
    ...(nonce === undefined ? {} : { nonce: new asn1js.Integer({ valueHex: bytesOf(nonce) }) }),
  })
}

function attribute(type: string, value: asn1js.BaseBlock): pkijs.Attribute {
  return new pkijs.Attribute({ type, values: [value] })
}

function signingCertificate({ x509 }: MadeCertificate): asn1js.Sequence {
  const digest = new asn1js.OctetString({ valueHex: bytesOf(hash('sha256', x509.raw, 'buffer')) })
  const named = new asn1js.Sequence({ value: [digest] })
  return new asn1js.Sequence({ value: [new asn1js.Sequence({ value: [named] })] })
}

/** The answer of an authority that grants. */
export async function madeAnswer(wishes: StampWishes): Promise<Buffer> {
  return answerOf(0, await madeToken(wishes))
}

/** The answer of an authority that refuses, with its words and a bit of PKIFailureInfo. */
export function madeRefusal(status: number, words: string, failureBit: number): Buffer {
  const bits = new Uint8Array(4)
  bits[failureBit >> 3] = 0x80 >> (failureBit & 7)
  return answerOf(status, null, [
    new asn1js.Sequence({ value: [new asn1js.Utf8String({ value: words })] }),
    new asn1js.BitString({ valueHex: bytesOf(bits) }),
  ])
}

export function answerOf(
  status: number,
  token: pkijs.ContentInfo | null,
  more: readonly asn1js.BaseBlock[] = [],
): Buffer {
  const info = new asn1js.Sequence({ value: [new asn1js.Integer({ value: status }), ...more] })
  const value = token === null ? [info] : [info, token.toSchema()]
  return Buffer.from(new asn1js.Sequence({ value }).toBER())
}

function bytesOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
