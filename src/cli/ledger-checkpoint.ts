import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault, messageOf } from '../base/fault.ts'
import { LogFolder, nodeFiles } from '../ledger/index.ts'
import { ledgerPlace } from './open-ledger.ts'
import { postJson } from './post-json.ts'
import { printOut, writeFileWhole } from './write-output.ts'

interface SignedHead {
  /** Folder of the log. */
  readonly log: string
  readonly note: string
}

/**
 * Takes the signed heads of all logs out of reach of whoever can write to the ledger: `file:FOLDER`, `git:FOLDER` (a
 * commit in a repository) or an https address. What was taken out shows later whether the ledger was rewritten.
 */
export async function ledgerCheckpoint(flags: {
  readonly config: string
  readonly to: string
}): Promise<void> {
  const place = await ledgerPlace(flags.config)
  const heads = await signedHeads(place.root)
  if (heads.length === 0)
    throw new Fault('HF_FILE_READ', `no log in \`${place.root}\` has a checkpoint`, {
      expected: 'a ledger with entries',
    })
  const [kind = '', rest = ''] = splitOnce(flags.to)
  if (kind === 'file') await writeHeads(rest, heads)
  else if (kind === 'git') await commitHeads(rest, heads)
  else if (kind === 'https' || kind === 'http') await postHeads(flags.to, heads)
  else
    throw new Fault('HF_USAGE', `\`--to ${flags.to}\``, {
      expected: '`file:FOLDER`, `git:FOLDER` or `https://…`',
    })
  await printOut(`${heads.length} checkpoints written to ${flags.to}\n`)
}

function splitOnce(text: string): readonly string[] {
  const at = text.indexOf(':')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

async function signedHeads(root: string): Promise<readonly SignedHead[]> {
  const heads: SignedHead[] = []
  for (const log of (await nodeFiles.names(root)).toSorted()) {
    const note = await nodeFiles.read(new LogFolder(join(root, log), nodeFiles).checkpoint)
    if (note !== null) heads.push({ log, note: note.toString('utf8') })
  }
  return heads
}

function fileOf(log: string): string {
  return `${log}.checkpoint`
}

async function writeHeads(folder: string, heads: readonly SignedHead[]): Promise<void> {
  for (const { log, note } of heads) await writeFileWhole(join(folder, fileOf(log)), note)
}

/** Each commit holds the heads of one moment, so that the history shows how the ledger grew. */
async function commitHeads(folder: string, heads: readonly SignedHead[]): Promise<void> {
  await writeHeads(folder, heads)
  const git = (...words: readonly string[]) =>
    promisify(execFile)('git', [
      '-C',
      folder,
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'core.fsmonitor=false',
      ...words,
    ])
  try {
    await git('add', '--', ...heads.map(({ log }) => fileOf(log)))
    const { stdout } = await git('status', '--porcelain', '--untracked-files=no')
    if (stdout !== '') await git('commit', '--quiet', '--message', 'ledger checkpoints')
  } catch (error) {
    throw new Fault('HF_TOOL_FAILED', `git in \`${folder}\`: ${messageOf(error)}`, {
      expected: 'a repository in which this user may commit',
      cause: error,
    })
  }
}

async function postHeads(address: string, heads: readonly SignedHead[]): Promise<void> {
  await postJson(address, { kind: 'holdfast-checkpoints', checkpoints: heads })
}
