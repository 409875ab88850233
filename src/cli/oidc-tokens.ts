import { createHash } from 'node:crypto'
import type * as Jose from 'jose'
import type { JWTPayload } from 'jose'
import { durationMs } from '../base/duration.ts'
import type { TokenRefusal } from '../gateway/index.ts'
import type { ConfigOidcIssuer } from '../schema/holdfast-config.ts'
import { type IssuerKeys, oidcLimits } from './oidc-keys.ts'

/** Signatures that anybody can check and only the issuer can make. */
const algorithms: readonly string[] =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

/** Other kinds of token that an issuer signs with the same keys are no proof of who calls. */
const tokenTypes: ReadonlySet<string> = new Set(['jwt', 'at+jwt'])

const tokenForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/

/** Of an issuer, what decides whether a token counts; the rest is for whoever reads its claims. */
type IssuerRules = Pick<ConfigOidcIssuer, 'issuer' | 'audience' | 'clockSkew' | 'staleKeys'> & {
  readonly claims: { readonly subject: string }
}

interface TokenIssuer<Rules extends IssuerRules> {
  readonly config: Rules
  readonly keys: IssuerKeys
}

export interface TokenTools<Rules extends IssuerRules, Caller> {
  readonly jose: typeof Jose
  readonly issuers: readonly TokenIssuer<Rules>[]
  /** Null: the token names nobody. */
  readonly callerOf: (issuer: Rules, claims: JWTPayload) => Caller | null
  readonly knownTokensMax?: number
}

/** Finds whom a signed token speaks of; one that was seen before costs no wait. */
export interface TokenFinder<Caller> {
  /** `at`: RFC 3339 in milliseconds. Null: the text has not the form of a token. */
  find(
    presented: string,
    at: string,
  ): Caller | TokenRefusal | null | Promise<Caller | TokenRefusal | null>
}

interface KnownToken<Caller> {
  readonly caller: Caller
  readonly issuer: TokenIssuer<IssuerRules>
  /** Of the keys it was verified with. */
  readonly version: number
  /** First instant at which it counts no more. Milliseconds since 1970. */
  readonly endsAt: number
}

/**
 * Verifies signed tokens with keys that are at hand: nothing is read from anywhere while a request waits. What was
 * verified counts until it expires or the keys of its issuer change.
 */
export function tokenCallers<Rules extends IssuerRules, Caller>(
  tools: TokenTools<Rules, Caller>,
): TokenFinder<Caller> {
  const { knownTokensMax = oidcLimits.knownTokensMax } = tools
  const known = new Map<string, KnownToken<Caller>>()
  return {
    find: (presented, at) => {
      if (presented.length > oidcLimits.tokenBytesMax || !tokenForm.test(presented)) return null
      const digest = createHash('sha256').update(presented).digest('base64')
      const atMs = Date.parse(at)
      const found = known.get(digest)
      if (found !== undefined) {
        if (isStillGood(found, atMs)) return found.caller
        known.delete(digest)
      }
      return verify(tools, presented, atMs).then((verified) => {
        if (verified === null || !('caller' in verified)) return verified
        const [oldest] = known.keys()
        if (known.size >= knownTokensMax && oldest !== undefined) known.delete(oldest)
        known.set(digest, verified)
        return verified.caller
      })
    },
  }
}

function isStillGood({ issuer, version, endsAt }: KnownToken<unknown>, at: number): boolean {
  const { config, keys } = issuer
  return (
    at < endsAt &&
    version === keys.version &&
    keys.usable(at, durationMs(config.staleKeys)) !== null
  )
}

async function verify<Rules extends IssuerRules, Caller>(
  tools: TokenTools<Rules, Caller>,
  token: string,
  at: number,
): Promise<KnownToken<Caller> | TokenRefusal | null> {
  const parts = unverified(tools.jose, token)
  if (parts === null) return null
  const issuer = issuerOf(tools.issuers, parts)
  if ('status' in issuer) return issuer
  const { config, keys } = issuer
  const set = keys.usable(at, durationMs(config.staleKeys))
  // Before the wait: keys that change meanwhile make another version.
  const { version } = keys
  if (set === null)
    return { status: 503, message: 'the keys of its issuer cannot be read now; try again soon' }
  try {
    const skewMs = durationMs(config.clockSkew)
    const claims = await verifiedClaims(tools.jose, token, set, {
      issuer: config.issuer,
      audience: audiencesOf(config),
      algorithms: [...algorithms],
      clockTolerance: Math.ceil(skewMs / 1000),
      currentDate: new Date(at),
      requiredClaims: ['exp'],
    })
    if (claims['cnf'] !== undefined)
      return refusal('the token is bound to a key of its holder (`cnf`), which is not checked here')
    const caller = tools.callerOf(config, claims)
    if (caller === null) return refusal(`the token names nobody in \`${config.claims.subject}\``)
    return { caller, issuer, version, endsAt: (claims.exp ?? 0) * 1000 + skewMs }
  } catch (error) {
    if (!(error instanceof tools.jose.errors.JOSEError)) throw error
    return refusal(reasonOf(error, keys) + clockHint(error, config.clockSkew, at))
  }
}

interface UnverifiedParts {
  readonly header: Jose.ProtectedHeaderParameters
  readonly claims: JWTPayload
}

/** Only to find out whose token it says it is. */
function unverified(jose: typeof Jose, token: string): UnverifiedParts | null {
  try {
    return { header: jose.decodeProtectedHeader(token), claims: jose.decodeJwt(token) }
  } catch {
    return null
  }
}

function issuerOf<Rules extends IssuerRules>(
  issuers: readonly TokenIssuer<Rules>[],
  { header, claims }: UnverifiedParts,
): TokenIssuer<Rules> | TokenRefusal {
  const { alg, typ } = header
  if (alg === undefined || !algorithms.includes(alg))
    return refusal('the token is not signed with an algorithm that is accepted (RS, PS, ES, EdDSA)')
  if (typ !== undefined && !tokenTypes.has(typ.toLowerCase().replace(/^application\//, '')))
    return refusal('the token is of a kind that is no proof of who calls (`typ`)')
  const own = issuers.filter(({ config }) => config.issuer === claims.iss)
  if (own.length === 0) return refusal('the token is of an issuer that is not accepted here')
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return (
    own.find(({ config }) => audiencesOf(config).some((one) => audiences.includes(one))) ??
    refusal('the token is not meant for this gateway (`aud`)')
  )
}

function audiencesOf({ audience }: IssuerRules): string[] {
  return typeof audience === 'string' ? [audience] : audience
}

/** Some issuers give no name to their keys: then each that could have signed is tried. */
async function verifiedClaims(
  jose: typeof Jose,
  token: string,
  set: Jose.LocalJWKSet,
  options: Jose.JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jose.jwtVerify(token, set, options)).payload
  } catch (error) {
    if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error
    let last: unknown = error
    for await (const key of error) {
      try {
        return (await jose.jwtVerify(token, key, options)).payload
      } catch (failed) {
        if (!(failed instanceof jose.errors.JWSSignatureVerificationFailed)) throw failed
        last = failed
      }
    }
    throw last
  }
}

function reasonOf({ code }: Jose.errors.JOSEError, keys: IssuerKeys): string {
  if (code === 'ERR_JWKS_NO_MATCHING_KEY' || code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED')
    keys.refreshSoon()
  return reasons[code] ?? 'the token cannot be verified'
}

/** A fresh token that is refused for its times is one of clocks that differ. */
function clockHint({ code, claim }: Refused, clockSkew: string, at: number): string {
  const isOfTime = code === 'ERR_JWT_EXPIRED' || claim === 'nbf'
  return isOfTime
    ? `; it is ${new Date(at).toISOString()} here, and \`clockSkew\` allows ${clockSkew}: get a new token, or set the clocks right if this one is new`
    : ''
}

interface Refused {
  readonly code: string
  readonly claim?: unknown
}

const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED:
    'the token does not count yet, or lacks a time at which it expires (`nbf`, `exp`)',
  ERR_JWKS_NO_MATCHING_KEY:
    'the token is signed with a key that its issuer has not published; after a rotation it counts within a minute',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature of the token is wrong',
}

function refusal(message: string): TokenRefusal {
  return { status: 401, message }
}
