import { type NoteSigner, verifierKeyText } from '../note/signed-note.ts'
import { LogDescription } from './log-description.ts'
import type { LogFolder } from './log-folder.ts'

/**
 * Enters a new key into the description of a log, after the old one has signed the entry that names it. The old
 * key's last checkpoint is kept: it proves that the old key itself handed over. Doing it again changes nothing.
 */
export async function handOver(
  folder: LogFolder,
  from: NoteSigner,
  to: NoteSigner,
  size: number,
): Promise<void> {
  const last = await folder.files.read(folder.checkpoint)
  const text = await folder.files.read(folder.description)
  if (last === null || text === null) return
  await folder.replace(folder.retiredCheckpoint(from.keyId.toString('hex')), last)
  const description = LogDescription.parse(JSON.parse(text.toString('utf8')))
  const verifier = verifierKeyText(to)
  if (description.keys.some((key) => key.verifier === verifier)) return
  const keys = [...description.keys, { verifier, from: size }]
  await folder.replace(folder.description, `${JSON.stringify({ ...description, keys }, null, 2)}\n`)
}
