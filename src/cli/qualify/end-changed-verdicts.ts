import { messageOf } from '../../base/fault.ts'
import { changesBetween, type TaskSet, type TrialFingerprint } from '../../qualification/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import { isToolCandidate } from '../../schema/candidate-id.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { Preregistration } from '../../schema/preregistration.ts'
import type { VerdictRecord } from '../../schema/verdict.ts'
import type { Store } from '../../store/index.ts'
import type { Recorder } from '../record-keeper.ts'
import { readTaskSet } from '../tasks/read-task-set.ts'
import { type LastServed, servedInTrials } from './last-served.ts'
import { trialDigests, trialTasksFolder } from './trial-digests.ts'
import { toolCandidateOf, type TriedModel, type TriedTool } from './trial-target.ts'

export interface VerdictsToCheck {
  readonly config: HoldfastConfig
  readonly configPath: string
  readonly catalogue: Catalogue
  readonly store: Pick<Store, 'trials' | 'verdicts'>
  readonly recorder: Pick<Recorder, 'recordAnyway'>
  /** RFC 3339. */
  readonly at: string
}

export interface CheckedVerdicts {
  /** Ended by this check. */
  readonly ended: readonly {
    readonly verdict: VerdictRecord
    /** All that is another now, the weightiest first. */
    readonly changes: readonly string[]
  }[]
  /** Those of which nobody can say whether they still hold; they stand. */
  readonly unchecked: readonly { readonly verdict: VerdictRecord; readonly problem: string }[]
}

/**
 * Holds every standing verdict of the store against what it was found for, and ends those that hold for something that
 * is no longer there. Ending restricts, so that it takes effect even where it cannot be recorded at once.
 */
export async function endChangedVerdicts(parts: VerdictsToCheck): Promise<CheckedVerdicts> {
  const { verdicts } = parts.store
  const standing = await verdicts.listQualified(parts.at)
  // Read after them: a list from before would hold what a new trial was answered by against the older ones.
  const world = new TrialWorld(parts, servedInTrials(await verdicts.list()))
  const ended: CheckedVerdicts['ended'][number][] = []
  const unchecked: CheckedVerdicts['unchecked'][number][] = []
  for (const verdict of standing) {
    const found = await changesOf(verdict, world, parts)
    if ('problem' in found) unchecked.push({ verdict, problem: found.problem })
    else if (found.changes.length > 0) {
      const [reason = ''] = found.changes
      const now = await verdicts.invalidate(verdict.trial, reason)
      for (const one of now) {
        await parts.recorder.recordAnyway({
          kind: 'trial',
          trial: one.trial,
          change: 'invalidated',
          registration: found.registrationDigest,
          verdict: one,
        })
        ended.push({ verdict: one, changes: found.changes })
      }
    }
  }
  return { ended, unchecked }
}

type Found =
  | { readonly problem: string }
  | { readonly changes: readonly string[]; readonly registrationDigest: string }

async function changesOf(
  verdict: VerdictRecord,
  world: TrialWorld,
  { store }: VerdictsToCheck,
): Promise<Found> {
  const trial = await store.trials.find(verdict.trial)
  if (trial === null) return { problem: `the store has no trial \`${verdict.trial}\`` }
  const registration = Preregistration.safeParse(trial.registration)
  if (!registration.success) return { problem: 'its registration cannot be read' }
  try {
    const tried = triedFingerprint(verdict, registration.data)
    const now = await world.fingerprintNow(verdict, registration.data, tried)
    const { registrationDigest } = trial
    return { changes: changesBetween(tried, now), registrationDigest }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}

/** What a verdict was found for. */
function triedFingerprint(
  { key }: VerdictRecord,
  { digests, judge }: Preregistration,
): TrialFingerprint {
  return {
    servedModel: key.servedModel,
    promptDigest: key.promptDigest,
    toolsDigest: key.toolsDigest,
    gradersDigest: key.gradersDigest,
    judge: judge === null ? null : judgeName(judge),
    pricesDigest: digests.prices,
    policyDigest: digests.policy,
    tasksDigest: digests.tasks,
    routeDigest: digests.route ?? null,
  }
}

/** What there is now to be tried; task sets are read once. */
class TrialWorld {
  readonly #parts: VerdictsToCheck
  readonly #lastServed: LastServed
  readonly #sets = new Map<string, Promise<TaskSet>>()

  constructor(parts: VerdictsToCheck, lastServed: LastServed) {
    this.#parts = parts
    this.#lastServed = lastServed
  }

  /** Throws what keeps it from being known. */
  async fingerprintNow(
    { key }: VerdictRecord,
    registration: Preregistration,
    tried: TrialFingerprint,
  ): Promise<TrialFingerprint> {
    const { config, configPath, catalogue } = this.#parts
    const workflow = config.workflows.find(({ id }) => id === key.workflow)
    if (workflow?.trial === undefined)
      throw new Error(`holdfast.yaml has no trial of a workflow \`${key.workflow}\` any more`)
    const tasksFolder = trialTasksFolder(workflow.trial.tasks, configPath)
    const digests = await trialDigests({
      config,
      catalogue,
      candidate: isToolCandidate(key.model)
        ? toolOf(workflow, key.model)
        : this.#sideOf(key, workflow),
      incumbent: this.#sideOf(registration.incumbent, workflow),
      tasks: await this.#setIn(tasksFolder),
      tasksFolder,
    })
    return {
      // Where the trial was told no name of the provider's there is none to compare with.
      servedModel:
        (tried.servedModel === key.model ? null : this.#lastServed(key.model, key.route)) ??
        tried.servedModel,
      promptDigest: digests.prompt,
      toolsDigest: digests.tools,
      gradersDigest: digests.graders,
      judge: this.#judgeNow(registration),
      tasksDigest: digests.tasks,
      // What a trial did not look at cannot end its verdict.
      pricesDigest: tried.pricesDigest === null ? null : digests.prices,
      policyDigest: tried.policyDigest === null ? null : digests.policy,
      routeDigest: tried.routeDigest === null ? null : digests.route,
    }
  }

  #sideOf(
    { model, route: id }: Record<'model' | 'route', string>,
    { id: of }: ConfigWorkflow,
  ): TriedModel {
    const route = this.#parts.config.routes.find((one) => one.id === id)
    if (route !== undefined) return { model, route }
    throw new Error(
      `holdfast.yaml has no route \`${id}\` any more, which workflow \`${of}\` was tried over`,
    )
  }

  #setIn(folder: string): Promise<TaskSet> {
    const read = this.#sets.get(folder) ?? readTaskSet(folder)
    this.#sets.set(folder, read)
    return read
  }

  /** Another judge would have judged otherwise; none where the trial needed none. */
  #judgeNow({ judge }: Preregistration): string | null {
    if (judge === null) return null
    const now = this.#parts.config.qualification?.judge
    if (now === undefined) return null
    if (now.model !== judge.model) return judgeName({ ...judge, model: now.model })
    const served = judge.servedModel === judge.model ? null : this.#lastServed(now.model, now.route)
    return judgeName({ ...judge, servedModel: served ?? judge.servedModel })
  }
}

function toolOf(workflow: ConfigWorkflow, id: string): TriedTool {
  const tool = toolCandidateOf(workflow, id)
  if (tool !== null) return tool
  throw new Error(`workflow \`${workflow.id}\` has no \`${id}\` any more that can be run`)
}

function judgeName({ model, servedModel }: NonNullable<Preregistration['judge']>): string {
  return `${model} as ${servedModel}`
}
