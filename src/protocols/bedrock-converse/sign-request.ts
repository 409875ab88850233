import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'

/** What a route to Bedrock proves itself with. */
export type BedrockCredential =
  | {
      readonly kind: 'access-key'
      readonly accessKeyId: string
      readonly secretAccessKey: string
      /** With temporary credentials. */
      readonly sessionToken?: string
    }
  | { readonly kind: 'api-key'; readonly key: string }

export interface RequestToSign {
  readonly method: string
  /** With the path exactly as it goes out. */
  readonly url: URL
  /** Those that are signed too; names in lower case. */
  readonly headers: { readonly [name: string]: string }
  /** Exactly what goes out. */
  readonly body: string | Uint8Array
}

export interface SigningOptions {
  readonly credential: BedrockCredential
  readonly region: string
  readonly now: Date
}

/** The headers with all that Bedrock wants to see of a credential: an AWS signature, version 4, or an API key. */
export async function signRequest(
  request: RequestToSign,
  { credential, region, now }: SigningOptions,
): Promise<{ readonly [name: string]: string }> {
  if (credential.kind === 'api-key')
    return { ...request.headers, authorization: `Bearer ${credential.key}` }
  const { kind: _kind, ...credentials } = credential
  const signer = new SignatureV4({ service: 'bedrock', region, credentials, sha256: Sha256 })
  const { method, url, headers, body } = request
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { ...headers, host: url.host },
      body,
    },
    { signingDate: now },
  )
  return signed.headers
}
