import { Fault } from '../base/fault.ts'
import { suggestNames } from '../catalogue/index.ts'
import type { HoldfastConfig } from '../schema/holdfast-config.ts'
import type { PrincipalRecord } from '../schema/principal-record.ts'
import type { IssuedKey } from '../store/index.ts'
import { actorOf } from './record-actor.ts'
import type { Recorder } from './record-keeper.ts'
import { principalEntries } from './record-principal.ts'
import { printKey } from './principal-key.ts'
import { refusePersonalWords } from './principal-words.ts'
import {
  endOfFlag,
  note,
  noteConfiguration,
  type PrincipalFlags,
  type PrincipalWorkspace,
  refuseTwin,
  withPrincipals,
} from './principal-workspace.ts'
import { printOut } from './write-output.ts'

/** What is known of a caller that is entered. */
export interface NewCaller {
  readonly kind?: 'person' | 'service' | undefined
  readonly entity?: string | undefined
  readonly employment?: string | undefined
  readonly group: readonly string[]
  readonly workflow: readonly string[]
  readonly authorisation: readonly string[]
  readonly keyWorkflow: readonly string[]
  readonly expires: string
  readonly key: boolean
  readonly again: boolean
}

export interface PrincipalAddFlags extends PrincipalFlags, NewCaller {
  readonly by?: string | undefined
}

const idForm = /^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,199}$/

/** `holdfast principal add`: a caller with its key, which is printed this once. */
export async function addPrincipal(id: string, flags: PrincipalAddFlags): Promise<void> {
  const by = actorOf(flags.by)
  await withPrincipals(flags, async (workspace) => {
    const { record, issued } = await enterPrincipal(id, by, flags, workspace)
    await printEntered(record, issued, flags)
  })
}

/** Enters a caller, and gives it a key unless none is wanted. */
export async function enterPrincipal(
  id: string,
  by: string,
  flags: NewCaller,
  workspace: PrincipalWorkspace,
): Promise<Entered> {
  refuseTexts(id, by, flags)
  refuseTwin(workspace, id)
  refuseUnknown(workspace.config, flags)
  const expiresAt = endOfFlag(flags.expires, workspace.now, '--expires')
  await noteConfiguration(workspace)
  return await workspace.keeper.deciding((recorder) =>
    enter({ id, by, expiresAt, flags, recorder }, workspace),
  )
}

interface Entering {
  readonly id: string
  readonly by: string
  readonly expiresAt: string | null
  readonly flags: NewCaller
  readonly recorder: Recorder
}

interface Entered {
  readonly record: PrincipalRecord
  readonly issued: IssuedKey | null
}

/** A caller is on record before it is there, and its key is handed out after both. */
async function enter(
  { id, by, expiresAt, flags, recorder }: Entering,
  { keeper, now }: PrincipalWorkspace,
): Promise<Entered> {
  const entries = principalEntries(keeper)
  const store = await keeper.store.open()
  const before = await store.principals.find(id)
  const draft = recordOf(id, { flags, by, now, before })
  const record = { ...draft, revision: draft.revision + 1 }
  const change = before === null ? 'added' : 'added again'
  await recorder.record(entries.changed({ id, change, by, before, after: record }))
  await store.principals.save(draft)
  if (!flags.key) return { record, issued: null }
  const workflows = flags.keyWorkflow.length === 0 ? null : [...flags.keyWorkflow]
  const issued = await store.keys.issue({ principal: id, workflows, expiresAt, by })
  await recorder.recordAnyway(
    entries.changed({
      id,
      change: `key ${issued.key.prefix} issued`,
      by,
      before: record,
      after: record,
    }),
  )
  return { record, issued }
}

function recordOf(
  id: string,
  {
    flags,
    by,
    now,
    before,
  }: {
    readonly flags: NewCaller
    readonly by: string
    readonly now: string
    readonly before: PrincipalRecord | null
  },
): PrincipalRecord {
  if (before !== null && !flags.again)
    throw new Fault('HF_USAGE', `principal \`${id}\` is in the store already`, {
      expected: 'an id that nobody has',
      advice:
        '--again gives it a further key and brings back one that was revoked; `holdfast principal rotate` replaces a key',
    })
  const old = before ?? {
    entity: null,
    employment: null,
    groups: [],
    workflows: null,
    authorisations: [],
  }
  return {
    id,
    kind: flags.kind ?? before?.kind ?? 'person',
    entity: flags.entity ?? old.entity,
    employment: flags.employment ?? old.employment,
    groups: flags.group.length === 0 ? old.groups : [...flags.group],
    workflows: flags.workflow.length === 0 ? old.workflows : [...flags.workflow],
    authorisations:
      flags.authorisation.length === 0 ? old.authorisations : [...flags.authorisation],
    createdAt: before?.createdAt ?? now,
    createdBy: before?.createdBy ?? by,
    disabledAt: null,
    revision: before?.revision ?? 0,
  }
}

function refuseTexts(id: string, by: string, { entity, employment }: NewCaller): void {
  if (!idForm.test(id))
    throw new Fault('HF_USAGE', `\`${id}\` is no id of a principal`, {
      expected: 'letters, digits and `.`, `_`, `@`, `:`, `+`, `-`, 200 at most',
    })
  refusePersonalWords([
    { flag: 'the id', text: id, isName: true },
    { flag: '--by', text: by, isName: true },
    { flag: '--entity', text: entity, isName: true },
    { flag: '--employment', text: employment, isName: false },
  ])
}

/** A name that leads nowhere would silently give nothing. */
function refuseUnknown(config: HoldfastConfig, flags: NewCaller): void {
  const workflows = config.workflows.map(({ id }) => id)
  const lists = [
    { flag: '--group', given: flags.group, known: Object.keys(config.groups), what: 'group' },
    { flag: '--workflow', given: flags.workflow, known: workflows, what: 'workflow' },
    { flag: '--key-workflow', given: flags.keyWorkflow, known: workflows, what: 'workflow' },
    {
      flag: '--authorisation',
      given: flags.authorisation,
      known: config.authorisations.map(({ id }) => id),
      what: 'authorisation',
    },
  ]
  for (const { flag, given, known, what } of lists) {
    const unknown = given.find((name) => !known.includes(name))
    if (unknown === undefined) continue
    const near = suggestNames(unknown, known).map((name) => `\`${name}\``)
    throw new Fault('HF_USAGE', `${flag}: holdfast.yaml has no ${what} \`${unknown}\``, {
      expected:
        known.length === 0 ? `a ${what}; it has none` : `one of ${known.slice(0, 20).join(', ')}`,
      advice: near.length > 0 ? `did you mean ${near.join(' or ')}?` : undefined,
    })
  }
}

async function printEntered(
  record: PrincipalRecord,
  issued: IssuedKey | null,
  { format }: PrincipalAddFlags,
): Promise<void> {
  if (issued === null && format === 'text') {
    await printOut(`principal \`${record.id}\` is in the store, without a key\n`)
    return
  }
  await printKey(issued, format, { principal: record })
  note(`principal \`${record.id}\` is in the store`)
}
