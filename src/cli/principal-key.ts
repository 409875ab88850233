import { Fault } from '../base/fault.ts'
import type { PrincipalKey } from '../schema/principal-key.ts'
import type { IssuedKey } from '../store/index.ts'
import { note } from './principal-workspace.ts'
import { printOut } from './write-output.ts'

/** Prints a key, the only time that anybody sees it: alone on stdout, so that it can be piped to where it belongs. */
export async function printKey(
  issued: IssuedKey | null,
  format: 'text' | 'json',
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const key = issued === null ? null : { text: issued.text, ...shownKey(issued.key) }
  await printOut(
    format === 'json'
      ? `${JSON.stringify({ schemaVersion: 1, ...more, key }, null, 2)}\n`
      : `${issued?.text ?? ''}\n`,
  )
  if (issued === null) return
  const { prefix, expiresAt, workflows } = issued.key
  note(
    `key ${prefix}: shown this once and kept only as its digest; ${expiresAt === null ? 'it does not expire' : `it expires at ${expiresAt}`}${workflows === null ? '' : `; for ${workflows.join(', ')} alone`}`,
  )
}

/** A key as everybody may know it. */
export function shownKey(key: PrincipalKey): Readonly<Record<string, unknown>> {
  const { secretDigest: _secretDigest, principal: _principal, ...shown } = key
  return shown
}

/** The key that is meant: by its prefix, its id or, when somebody pastes the whole key, by that. */
export function keyMeant(
  keys: readonly PrincipalKey[],
  reference: string | undefined,
  principal: string,
): PrincipalKey {
  const prefixes = keys.map(({ prefix }) => prefix)
  const expected =
    keys.length === 0 ? 'a key that counts; there is none' : `one of ${prefixes.join(', ')}`
  if (reference === undefined) {
    const [only, ...others] = keys
    if (only !== undefined && others.length === 0) return only
    throw new Fault(
      'HF_USAGE',
      keys.length === 0
        ? `principal \`${principal}\` has no key that counts`
        : `principal \`${principal}\` has ${keys.length} keys`,
      {
        expected: keys.length === 0 ? expected : `--key with ${expected}`,
        advice:
          keys.length === 0 ? '`holdfast principal add ID --again` gives it a new one' : undefined,
      },
    )
  }
  // The secret part is never repeated in a message.
  const prefix = /^(?:hfk_)?(?<prefix>[a-z2-7]{10})(?:_.*)?$/.exec(reference)?.groups?.['prefix']
  const found = keys.find((key) => key.prefix === prefix || key.id === reference)
  if (found !== undefined) return found
  throw new Fault(
    'HF_USAGE',
    `principal \`${principal}\` has no key \`${prefix ?? 'of this form'}\` that counts`,
    { expected },
  )
}
