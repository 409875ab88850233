import { readdir, readFile, rename } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { canonicalJson } from '../base/canonical-json.ts'
import { compareText } from '../base/compare.ts'
import { digest } from '../base/digest.ts'
import { Fault, messageOf } from '../base/fault.ts'
import { namedInDirective } from '../policy/index.ts'
import { AcceptedDirective } from '../schema/accepted-directive.ts'
import type { Directive } from '../schema/directive.ts'
import type { LazyStore } from './open-store.ts'
import { directiveEntry } from './record-directive.ts'
import type { Recorder } from './record-keeper.ts'

/** Where the accepted history of directives lies: the store, and files of before there was one. */
export interface HistoryPlaces {
  /** The folder of holdfast.yaml. */
  readonly folder: string
  readonly store: LazyStore
}

export interface AcceptedVersion {
  readonly directive: Directive
  /** Of the text as it was accepted: a later schema may read more into it. */
  readonly digest: string
}

/** A history that is damaged or out of reach, and the models that it still names. */
export interface UnreadableHistory {
  readonly fault: Fault
  readonly path: string
  readonly models: readonly string[]
}

/** The last accepted version; null when there never was one. */
export async function acceptedVersion(
  id: string,
  { store, folder }: HistoryPlaces,
): Promise<AcceptedVersion | UnreadableHistory | null> {
  try {
    const version = await (await store.ifThere())?.directives.findInForce(id)
    if (version !== undefined && version !== null)
      return { directive: version.text, digest: version.digest }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { fault: unreadable(id, error), path: error.place?.path ?? 'the store', models: [] }
  }
  const kept = await readFileOfBefore(folder, id)
  if (kept === null || 'fault' in kept) return kept
  return { directive: kept.directive, digest: kept.digest }
}

/** Every last accepted version. */
export async function acceptedVersions({
  store,
  folder,
}: HistoryPlaces): Promise<readonly Directive[]> {
  const versions = (await (await store.ifThere())?.directives.listInForce()) ?? []
  const known = new Set(versions.map(({ directive }) => directive))
  const before: Directive[] = []
  for (const id of await filesOfBefore(folder)) {
    const kept = known.has(id) ? null : await readFileOfBefore(folder, id)
    if (kept !== null && !('fault' in kept)) before.push(kept.directive)
  }
  return [...versions.map(({ text }) => text), ...before]
}

function unreadable(id: string, fault: Fault): Fault {
  return new Fault(
    fault.code,
    `the accepted history of \`${id}\` cannot be read: ${fault.message}`,
    {
      place: fault.place,
      expected: fault.expected,
      others: fault.others,
      advice: fault.advice,
      cause: fault,
    },
  )
}

/** Ids of the files in which earlier versions of holdfast kept the accepted history. */
export async function filesOfBefore(folder: string): Promise<readonly string[]> {
  const names = await readdir(folderOfBefore(folder)).catch(() => [])
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'))
    .toSorted(compareText)
}

/**
 * Takes the files of before over into the store, once. A file that was taken over gets another name and is not removed;
 * one that is damaged stays, and goes on denying what it names. Says what was done, in one line.
 */
export async function takeOverFiles(
  { store, folder }: HistoryPlaces,
  recorder: Recorder,
): Promise<readonly string[]> {
  const taken: string[] = []
  const problems: string[] = []
  for (const id of await filesOfBefore(folder)) {
    const kept = await readFileOfBefore(folder, id)
    if (kept === null || 'fault' in kept) continue
    try {
      await takeOver(kept, await store.open(), recorder)
      await rename(pathOfBefore(folder, id), `${pathOfBefore(folder, id)}.taken-over`)
      taken.push(id)
    } catch (error) {
      // Another process may have been first with the file; else it is read as before.
      if (!isMissing(error)) problems.push(messageOf(error))
    }
  }
  const count = taken.length === 1 ? '1 accepted directive' : `${taken.length} accepted directives`
  return [
    ...(taken.length === 0
      ? []
      : [
          `the history of ${count} now lies in the store; the files in \`${folderOfBefore(folder)}\` were renamed to \`*.json.taken-over\``,
        ]),
    ...problems
      .slice(0, 1)
      .map((why) => `the history in \`${folderOfBefore(folder)}\` stays there for now: ${why}`),
  ]
}

async function takeOver(
  kept: AcceptedDirective,
  store: Awaited<ReturnType<LazyStore['open']>>,
  recorder: Recorder,
): Promise<void> {
  const { directive } = kept
  // What the store holds is newer: the file was left behind.
  if ((await store.directives.findInForce(directive.id)) !== null) return
  await recorder.recordAnyway(directiveEntry({ before: null, after: directive }))
  await store.directives.accept({
    text: directive,
    by: [],
    source: null,
    after: null,
    acceptedAt: new Date(kept.acceptedAt).toISOString(),
  })
}

function folderOfBefore(folder: string): string {
  return join(folder, '.holdfast', 'directives')
}

function pathOfBefore(folder: string, id: string): string {
  return join(folderOfBefore(folder), `${id}.json`)
}

async function readFileOfBefore(
  folder: string,
  id: string,
): Promise<AcceptedDirective | UnreadableHistory | null> {
  const path = pathOfBefore(folder, id)
  let text = ''
  try {
    text = await readFile(path, 'utf8')
    return parseAccepted(id, text)
  } catch (error) {
    if (isMissing(error)) return null
    const why = messageOf(error).split('\n')[0] ?? ''
    const fault = new Fault(
      'HF_DIRECTIVE_HISTORY',
      `the accepted history in \`${path}\` cannot be read: ${why}`,
      {
        place: { path },
        expected: 'the file as holdfast wrote it',
        advice:
          'restore it from a backup; without it the directive is accepted as it stands, so compare the file with its source first',
        cause: error,
      },
    )
    return { fault, path, models: namedInDirective(undefined, text).models }
  }
}

/** The digest is taken over what was written: a later version of the schema may fill in more. */
function parseAccepted(id: string, text: string): AcceptedDirective {
  const json: unknown = JSON.parse(text)
  const parsed = AcceptedDirective.safeParse(json)
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? 'it has another form')
  if (parsed.data.directive.id !== id) throw new Error(`it is of \`${parsed.data.directive.id}\``)
  const { directive } = json as { readonly directive: unknown }
  if (parsed.data.digest !== digest(canonicalJson(directive))) {
    throw new Error('its digest does not fit its content')
  }
  return parsed.data
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  )
}
