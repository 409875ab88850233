import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault, messageOf } from '../base/fault.ts'
import type { EgressRules } from './egress.ts'
import type { GrantedTimeStamp } from './ledger-timestamp.ts'
import { postJson } from './post-json.ts'
import { writeFileWhole } from './write-output.ts'

/** The signed head of a log, with a time stamp over it if one was asked for and granted. */
export interface SignedHead {
  /** Folder of the log. */
  readonly log: string
  readonly note: string
  readonly granted?: GrantedTimeStamp
}

/** Where heads are taken, out of reach of whoever writes to the ledger. */
export type CheckpointTarget = (heads: readonly SignedHead[]) => Promise<void>

export function checkpointTarget(place: string, egress: EgressRules): CheckpointTarget {
  const [, kind = '', rest = ''] = /^(file|git|https?):(.+)$/s.exec(place) ?? []
  switch (kind) {
    case 'file':
      return async (heads) => void (await writeHeads(rest, heads))
    case 'git':
      return (heads) => commitHeads(rest, heads)
    case 'http':
    case 'https':
      return (heads) => postHeads(place, heads, egress)
    default:
      throw new Fault('HF_USAGE', `\`--to ${place}\``, {
        expected: '`file:FOLDER`, `git:FOLDER` or `https://…`',
      })
  }
}

/**
 * `LOG.checkpoint` is the last head. A time stamp stands beside the head it is over, both named for its time, and
 * both stay when newer ones come: an older time proves more.
 */
function filesOf({
  log,
  note,
  granted,
}: SignedHead): readonly (readonly [string, string | Buffer])[] {
  const last = [`${log}.checkpoint`, note] as const
  if (granted === undefined) return [last]
  const time = granted.stamp.at.replace(/[-:]|\.\d+/g, '')
  return [last, [`${log}.${time}.checkpoint`, note], [`${log}.${time}.tsr`, granted.answer]]
}

async function writeHeads(
  folder: string,
  heads: readonly SignedHead[],
): Promise<readonly string[]> {
  const files = heads.flatMap(filesOf)
  for (const [name, content] of files) await writeFileWhole(join(folder, name), content)
  return files.map(([name]) => name)
}

/** Each commit holds the heads of one moment, so that the history shows how the ledger grew. */
async function commitHeads(folder: string, heads: readonly SignedHead[]): Promise<void> {
  const names = await writeHeads(folder, heads)
  try {
    await git(folder, 'add', '--', ...names)
    // What else lies in the repository, staged or not, is somebody else's to commit.
    const changed = await git(folder, 'status', '--porcelain', '--', ...names)
    if (changed !== '')
      await git(
        folder,
        'commit',
        '--quiet',
        '--message',
        'ledger checkpoints',
        '--only',
        '--',
        ...names,
      )
  } catch (error) {
    throw new Fault('HF_TOOL_FAILED', `git in \`${folder}\`: ${messageOf(error)}`, {
      expected: 'a repository in which this user may commit',
      cause: error,
    })
  }
}

const gitTimeMs = 60_000

/** Variables by which a caller's git, such as a hook, would point this one to another repository. */
const gitPlaces = /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|PREFIX|NAMESPACE)$/

async function git(folder: string, ...words: readonly string[]): Promise<string> {
  const environment = Object.entries(process.env).filter(([name]) => !gitPlaces.test(name))
  const { stdout } = await promisify(execFile)(
    'git',
    ['-C', folder, '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', ...words],
    {
      env: {
        ...Object.fromEntries(environment),
        GIT_LITERAL_PATHSPECS: '1',
        GIT_TERMINAL_PROMPT: '0',
      },
      timeout: gitTimeMs,
    },
  )
  return stdout
}

async function postHeads(
  address: string,
  heads: readonly SignedHead[],
  egress: EgressRules,
): Promise<void> {
  const checkpoints = heads.map(({ log, note, granted }) => ({
    log,
    note,
    ...(granted === undefined ? {} : { timestamp: granted.answer.toString('base64') }),
  }))
  await postJson(address, { kind: 'holdfast-checkpoints', checkpoints }, egress)
}
