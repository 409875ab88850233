import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose'

export interface SignOptions {
  readonly claims?: JWTPayload
  /** From now on; negative: it has expired. */
  readonly lifeSeconds?: number
  readonly header?: Readonly<Record<string, unknown>>
  /** Name of one of its keys; absent: the newest. */
  readonly key?: string
}

/** An issuer of OpenID Connect over loopback: discovery, keys that rotate, and days on which it is away. */
export interface TokenIssuer {
  readonly issuer: string
  /** For `egress.privateHosts`. */
  readonly host: string
  /** Paths that were asked for. */
  readonly asked: readonly string[]
  sign(options?: SignOptions): Promise<string>
  /** A new key under a new name; the tokens of now are signed with it. */
  rotate(options?: { readonly keepsOld: boolean }): Promise<string>
  /** What is published beside or instead of its keys. */
  publish(change: (keys: readonly JWK[]) => readonly unknown[]): void
  /** Its discovery document with other members. */
  describe(members: Readonly<Record<string, unknown>>): void
  publicKey(): JWK
  goAway(): void
  comeBack(): void
  close(): Promise<void>
}

interface IssuedKey {
  readonly id: string
  readonly privateKey: CryptoKey
  readonly published: JWK
}

export async function startIssuer(
  algorithm = 'ES256',
  audience = 'holdfast',
): Promise<TokenIssuer> {
  let keys: readonly IssuedKey[] = [await issuedKey(algorithm, 1)]
  let made = 1
  let publish: (published: readonly JWK[]) => readonly unknown[] = (published) => published
  let members: Readonly<Record<string, unknown>> = {}
  let isAway = false
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    if (isAway) return void request.socket.destroy()
    const documents: Readonly<Record<string, unknown>> = {
      '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys`, ...members },
      '/keys': { keys: publish(keys.map(({ published }) => published)) },
    }
    const found = documents[path]
    response
      .writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(found ?? {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `http://${host}`
  return {
    issuer,
    host,
    asked,
    sign: async ({ claims = {}, lifeSeconds = 300, header = {}, key } = {}) => {
      const used = key === undefined ? keys.at(-1) : keys.find(({ id }) => id === key)
      if (used === undefined) throw new Error(`it has no key ${key}`)
      const now = Math.floor(Date.now() / 1000)
      const all = { iss: issuer, aud: audience, iat: now, exp: now + lifeSeconds, ...claims }
      return await new SignJWT(all)
        .setProtectedHeader({ alg: algorithm, kid: used.id, ...header })
        .sign(used.privateKey)
    },
    rotate: async ({ keepsOld } = { keepsOld: true }) => {
      made += 1
      const next = await issuedKey(algorithm, made)
      keys = keepsOld ? [...keys, next] : [next]
      return next.id
    },
    publish: (change) => {
      publish = change
    },
    describe: (changed) => {
      members = changed
    },
    publicKey: () => keys.at(-1)?.published ?? {},
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function issuedKey(algorithm: string, number: number): Promise<IssuedKey> {
  const id = `key-${number}`
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return {
    id,
    privateKey,
    published: { ...(await exportJWK(publicKey)), kid: id, use: 'sig', alg: algorithm },
  }
}
