import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join, relative, resolve } from 'node:path'
import {
  handOver,
  LogFolder,
  nodeFiles,
  noteSigner,
  pseudonymKeyBytesMin,
  verifierKeyText,
} from '../ledger/index.ts'
import { ledgerPlace, openLedger, signingKeyOf } from './open-ledger.ts'
import { readPrivateKey } from './read-key.ts'
import { printOut } from './write-output.ts'
import { keyFolder, writeKey } from './write-key.ts'

/** What each key is for, what a thief of it could do, and how it stands in holdfast.yaml. */
const keyFiles = {
  signing: 'ledger-signing.pem',
  ids: 'ledger-ids.key',
  contents: 'ledger-contents.key',
  counselPublic: 'counsel-public.pem',
  counselPrivate: 'counsel-private.pem',
} as const

/** Makes a set of keys. Nothing is ever written over: a lost signing key ends a log. */
export async function ledgerKeysInit(flags: { readonly directory: string }): Promise<void> {
  const folder = await keyFolder(flags.directory)
  const signing = generateKeyPairSync('ed25519')
  const counsel = generateKeyPairSync('x25519')
  const privatePem = { type: 'pkcs8', format: 'pem' } as const
  const secret = () => `${randomBytes(pseudonymKeyBytesMin).toString('base64')}\n`
  const contents: Readonly<Record<string, string | Buffer>> = {
    [keyFiles.signing]: signing.privateKey.export(privatePem),
    [keyFiles.ids]: secret(),
    [keyFiles.contents]: secret(),
    [keyFiles.counselPublic]: counsel.publicKey.export({ type: 'spki', format: 'pem' }),
    [keyFiles.counselPrivate]: counsel.privateKey.export(privatePem),
  }
  for (const [name, content] of Object.entries(contents))
    await writeKey(join(folder, name), content)
  const path = (name: string) => `file:${relative(process.cwd(), join(folder, name))}`
  await printOut(`ledger:
  signingKey: ${path(keyFiles.signing)}
  idKey: ${path(keyFiles.ids)}
  digestKey: ${path(keyFiles.contents)}
  counselKey: ${path(keyFiles.counselPublic)}
`)
  process.stderr.write(
    `five keys are in ${flags.directory}\n` +
      `hand ${keyFiles.counselPrivate} to counsel and delete it here: it opens sealed classes and contents\n` +
      'keep a copy of the others where the ledger is not\n',
  )
}

export interface RotateFlags {
  readonly config: string
  readonly new: string
  readonly by: string
}

/** Every log of the ledger goes on under a new key. The old one signs that it hands over, and is then of no more use. */
export async function ledgerKeysRotate(flags: RotateFlags): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const oldKey = await signingKeyOf(place)
  const reference = /^(?:env|file):/.test(flags.new) ? flags.new : `file:${resolve(flags.new)}`
  const newKey = await readPrivateKey({ reference, folder: place.folder, name: '--new' }, 'ed25519')
  let count = 0
  for (const name of (await nodeFiles.names(place.root)).toSorted()) {
    const origin = decodeURIComponent(name)
    const folder = new LogFolder(join(place.root, name), nodeFiles)
    const isOurs = origin.startsWith(`${place.origin}/`)
    if (!isOurs || (await nodeFiles.sizeOf(folder.description)) === null) continue
    const [from, to] = [noteSigner(origin, oldKey), noteSigner(origin, newKey)]
    const [before, after] = [verifierKeyText(from), verifierKeyText(to)]
    const ledger = await openLedger(place, origin.slice(place.origin.length + 1))
    try {
      await ledger.recordDurable({ kind: 'key-rotation', before, after, by: flags.by })
    } finally {
      await ledger.close()
    }
    await handOver(folder, from, to, ledger.head().size)
    count += 1
  }
  await printOut(
    `${count} logs go on under the new key; write it in holdfast.yaml:\n  signingKey: ${flags.new}\n`,
  )
}
