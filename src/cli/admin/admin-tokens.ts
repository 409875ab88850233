import { createHash, timingSafeEqual } from 'node:crypto'
import { Fault, messageOf } from '../../base/fault.ts'
import type { AdminRole, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { readKeyText } from '../read-key.ts'
import { adminLimits } from './limits.ts'

/** Whoever asks, after its token was checked. */
export interface AdminCaller {
  /** As the ledger names it: `token ID`, or `SUBJECT of ISSUER`. */
  readonly name: string
  /** Of a signed token perhaps several, or none. */
  readonly roles: readonly AdminRole[]
}

interface KnownToken {
  readonly id: string
  readonly caller: AdminCaller
  readonly digest: Buffer
}

/** The tokens of `admin.tokens` that can be read. Only their digests are kept. */
export class AdminTokens {
  readonly #known: readonly KnownToken[]
  /** What is wrong with tokens, in words; nothing in it is secret. */
  readonly problems: readonly string[]

  private constructor(known: readonly KnownToken[], problems: readonly string[]) {
    this.#known = known
    this.problems = problems
  }

  static async read({ admin }: Pick<HoldfastConfig, 'admin'>, folder: string) {
    const known: KnownToken[] = []
    const problems: string[] = []
    for (const { id, token, role } of admin?.tokens.slice(0, adminLimits.tokensMax) ?? []) {
      try {
        const text = await readToken(token, folder, id)
        const digest = digestOf(text)
        const twin = known.find((one) => one.digest.equals(digest))
        if (twin !== undefined)
          problems.push(
            `admin tokens \`${twin.id}\` and \`${id}\` are the same: only the first counts`,
          )
        else known.push({ id, caller: { name: `token ${id}`, roles: [role] }, digest })
        if (text.length < adminLimits.tokenCharactersMin)
          problems.push(
            `admin token \`${id}\` has fewer than ${adminLimits.tokenCharactersMin} characters: it could be guessed`,
          )
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        problems.push(`admin token \`${id}\` does not count: ${messageOf(error)}`)
      }
    }
    return new AdminTokens(known, problems)
  }

  get isEmpty(): boolean {
    return this.#known.length === 0
  }

  /** Whose token it is; null: nobody's. Takes as long for a wrong one as for a right one. */
  callerOf(presented: string): AdminCaller | null {
    const digest = digestOf(presented.slice(0, adminLimits.tokenCharactersMax))
    let found: AdminCaller | null = null
    for (const one of this.#known) if (timingSafeEqual(one.digest, digest)) found = one.caller
    return found
  }
}

/** The text of a token, as `env:NAME` or `file:PATH` says. */
export async function readToken(reference: string, folder: string, id: string): Promise<string> {
  const text = await readKeyText({
    reference,
    folder,
    name: `admin.tokens: ${id}`,
    wanted: 'a token of the admin API',
    isSecret: true,
  })
  return text.trim()
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
