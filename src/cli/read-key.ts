import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

/** Where a key is to be read from, and what it is called in messages. */
export interface KeyPlace {
  /** `env:NAME` or `file:PATH`; the key itself never stands on a command line or in a configuration. */
  readonly reference: string
  /** Folder to which a path is relative. */
  readonly folder: string
  /** For instance `ledger.signingKey` or `--key`. */
  readonly name: string
  /** What is to be found there, in words. */
  readonly wanted: string
  /** False for the public half, which others may read. */
  readonly isSecret: boolean
}

/** The text of a key. What lies in `.holdfast/` can be written by whoever writes policy and evidence, so no key may. */
export async function readKeyText(place: KeyPlace): Promise<string> {
  const { reference, name } = place
  const { kind, where } = /^(?<kind>env|file):(?<where>.+)$/s.exec(reference)?.groups ?? {}
  if (where === undefined)
    throw new Fault(
      'HF_KEY_INVALID',
      `\`${name}\`: \`${reference.slice(0, 20)}\` is no place of a key`,
      {
        expected: '`env:NAME` or `file:PATH`; the key itself never stands there',
      },
    )
  return kind === 'env' ? keyInEnvironment(where, place) : keyInFile(where, place)
}

function keyInEnvironment(variable: string, { name, wanted }: KeyPlace): string {
  const value = process.env[variable]
  if (value === undefined || value.trim() === '')
    throw new Fault('HF_KEY_INVALID', `\`${name}\`: the environment has no \`${variable}\``, {
      expected: `a variable that holds ${wanted}`,
      advice: adviceOn(name),
    })
  // Many places that hold variables allow one line only.
  return value.replaceAll('\\n', '\n')
}

async function keyInFile(
  path: string,
  { folder, name, wanted, isSecret }: KeyPlace,
): Promise<string> {
  try {
    const real = await realpath(resolve(folder, path))
    if (real.split(/[\\/]/).includes('.holdfast'))
      throw new Fault('HF_KEY_INVALID', `\`${name}\`: the key \`${path}\` lies in \`.holdfast/\``, {
        expected: 'a place outside: whoever may write there must not be able to sign',
      })
    const { mode } = await stat(real)
    if (isSecret && process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new Fault('HF_KEY_INVALID', `\`${name}\`: others may read the key \`${path}\``, {
        expected: 'a file that only its owner can read',
        advice: `chmod 600 ${path}`,
      })
    return await readFile(real, 'utf8')
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault(
      'HF_KEY_INVALID',
      `\`${name}\`: cannot read the key \`${path}\`: ${whyNot(error)}`,
      {
        expected: `a readable file with ${wanted}`,
        advice: adviceOn(name),
        cause: error,
      },
    )
  }
}

/** How a key of this name is made. */
function adviceOn(name: string): string | undefined {
  if (name.startsWith('ledger.')) return '`holdfast ledger keys init` makes all keys of a ledger'
  if (name.startsWith('admin.tokens'))
    return '`openssl rand -hex 24` makes one; its file is for its owner alone (chmod 600)'
  return undefined
}

/** What is said of a secret key; its place is all that differs. */
export type SecretPlace = Pick<KeyPlace, 'reference' | 'folder' | 'name'>

export async function readPrivateKey(
  place: SecretPlace,
  kind: 'ed25519' | 'x25519',
): Promise<KeyObject> {
  const wanted = `an ${kind === 'ed25519' ? 'Ed25519' : 'X25519'} private key in PEM`
  const text = await readKeyText({ ...place, wanted, isSecret: true })
  return keyOfKind(() => createPrivateKey(text), kind, place.name, wanted)
}

/** The public half, to which others encrypt. */
export async function readPublicKey(
  place: SecretPlace,
  kind: 'ed25519' | 'x25519',
): Promise<KeyObject> {
  const wanted = `an ${kind === 'ed25519' ? 'Ed25519' : 'X25519'} public key in PEM`
  const text = await readKeyText({ ...place, wanted, isSecret: false })
  return keyOfKind(() => createPublicKey(text), kind, place.name, wanted)
}

function keyOfKind(parse: () => KeyObject, kind: string, name: string, wanted: string): KeyObject {
  const key = parsedKey(parse)
  if (key?.asymmetricKeyType === kind) return key
  // The words of the library may hold parts of the key, so they are not passed on.
  const problem =
    key === null ? 'it cannot be read as a key' : `it is of the kind \`${key.asymmetricKeyType}\``
  throw new Fault('HF_KEY_INVALID', `\`${name}\`: ${problem}`, { expected: wanted })
}

function parsedKey(parse: () => KeyObject): KeyObject | null {
  try {
    return parse()
  } catch {
    return null
  }
}

/** Bytes of an HMAC key, written in base64. */
export async function readSecretBytes(place: SecretPlace, bytesMin: number): Promise<Buffer> {
  const wanted = `at least ${bytesMin} bytes in base64`
  const text = await readKeyText({ ...place, wanted, isSecret: true })
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length >= bytesMin) return bytes
  throw new Fault('HF_KEY_INVALID', `\`${place.name}\`: it has ${bytes.length} bytes`, {
    expected: wanted,
  })
}
