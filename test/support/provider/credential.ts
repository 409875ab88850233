import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '@aws-crypto/sha256-js'
import { textOrNull } from './json-reading.ts'

/** What a request showed to be let in. */
export interface Credential {
  readonly kind: 'sigv4' | 'bearer' | 'x-api-key' | 'api-key' | 'x-goog-api-key' | 'query' | 'none'
  readonly value: string
}

export function credentialOf(headers: IncomingHttpHeaders, query: URLSearchParams): Credential {
  const authorization = headers.authorization ?? ''
  if (authorization.startsWith('AWS4-HMAC-SHA256')) return { kind: 'sigv4', value: authorization }
  const [, bearer] = /^Bearer (.+)$/i.exec(authorization) ?? []
  if (bearer !== undefined) return { kind: 'bearer', value: bearer }
  for (const kind of ['x-api-key', 'api-key', 'x-goog-api-key'] as const) {
    const value = textOrNull(headers[kind])
    if (value !== null) return { kind, value }
  }
  const key = query.get('key')
  return key === null ? { kind: 'none', value: '' } : { kind: 'query', value: key }
}

/** Secret and region that requests to Bedrock are signed with. */
export interface AwsAccount {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

const signature =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([a-z0-9-]+)\/bedrock\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/

export interface Signed {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What is wrong with the signature of a request to Bedrock, or null. With an account it is computed anew. */
export async function signatureProblem(
  request: Signed,
  account: AwsAccount | null,
): Promise<string | null> {
  const { headers } = request
  const parts = signature.exec(headers.authorization ?? '')
  if (parts === null) return 'the authorization header is not well-formed'
  const [, accessKeyId = '', day = '', region = '', names = '', given = ''] = parts
  const date = textOrNull(headers['x-amz-date'])
  if (date === null || !/^\d{8}T\d{6}Z$/.test(date)) return 'x-amz-date is missing or malformed'
  if (!date.startsWith(day)) return 'the credential is scoped to another day than x-amz-date'
  const signed = names.split(';')
  for (const name of ['host', 'x-amz-date']) {
    if (!signed.includes(name)) return `${name} is not signed`
  }
  if (names !== signed.toSorted().join(';')) return 'the signed headers are not in order'
  if (account === null) return null
  if (accessKeyId !== account.accessKeyId) return 'the access key is not known'
  if (region !== account.region) return 'the credential is scoped to another region'
  const told = textOrNull(headers['x-amz-content-sha256'])
  if (told !== null && told !== createHash('sha256').update(request.body).digest('hex')) {
    return 'the body is another than the signed one'
  }
  const expected = await signatureFor(request, account, signed, date)
  return expected === given ? null : 'the signature does not match'
}

async function signatureFor(
  request: Signed,
  account: AwsAccount,
  signed: readonly string[],
  date: string,
): Promise<string | null> {
  const signer = new SignatureV4({
    credentials: account,
    region: account.region,
    service: 'bedrock',
    sha256: Sha256,
    applyChecksum: signed.includes('x-amz-content-sha256'),
  })
  const kept = signed.map((name) => [name, String(request.headers[name] ?? '')])
  const again = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: 'localhost',
      path: request.path,
      query: Object.fromEntries(request.query),
      headers: Object.fromEntries(kept),
      body: request.body,
    },
    { signingDate: new Date(isoOf(date)), signableHeaders: new Set(signed) },
  )
  const [, , , , , found = null] = signature.exec(again.headers['authorization'] ?? '') ?? []
  return found
}

/** `20260101T120000Z` as ISO 8601 writes it at length. */
function isoOf(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
}
