import { chmod, mkdir, open } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { Fault } from '../base/fault.ts'
import { whyNot } from './why-not.ts'

/** A folder for keys that only its owner can read, made where it is not there. */
export async function keyFolder(directory: string): Promise<string> {
  const folder = resolve(directory)
  if (folder.split(sep).includes('.holdfast'))
    throw new Fault('HF_USAGE', `\`${folder}\` lies in \`.holdfast\``, {
      expected: 'a place that whoever can write to the ledger cannot read',
      advice: 'name another folder with --directory',
    })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  return folder
}

/** Nothing is ever written over: a lost key closes for good what it opened. */
export async function writeKey(path: string, content: string | Buffer): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new Fault(
      isThere ? 'HF_FILE_EXISTS' : 'HF_FILE_WRITE',
      isThere ? `\`${path}\` is there already` : `cannot write \`${path}\`: ${whyNot(error)}`,
      {
        expected: 'a folder without keys',
        advice: 'name another folder with --directory; keys are never written over',
        cause: error,
      },
    )
  }
}
