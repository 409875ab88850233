import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { canonicalJson } from '../../base/canonical-json.ts'
import { compareText } from '../../base/compare.ts'
import { digest } from '../../base/digest.ts'
import { listPrices } from '../../gateway/index.ts'
import { type TaskSet, taskSetDigests } from '../../qualification/index.ts'
import type { Catalogue } from '../../schema/catalogue.ts'
import type { ConfigRoute, HoldfastConfig } from '../../schema/holdfast-config.ts'
import type { Preregistration } from '../../schema/preregistration.ts'
import { taskSetFolder } from '../tasks/read-task-set.ts'
import { isTool, type TriedCandidate, type TriedModel } from './trial-target.ts'

/** What a trial is registered with, and what is computed anew to see whether its verdict still holds. */
export type TrialDigests = Preregistration['digests'] & { readonly route: string }

export interface DigestedTrial {
  readonly config: Pick<HoldfastConfig, 'routes'>
  readonly catalogue: Catalogue
  readonly candidate: TriedCandidate
  readonly incumbent: TriedModel
  readonly tasks: TaskSet
  /** Folder of the task set: modules that judge lie in it. */
  readonly tasksFolder: string
}

/**
 * The digests of one trial, as things stand now. Both who registers and who checks later come here, so that the same
 * things have the same digests.
 */
export async function trialDigests(trial: DigestedTrial): Promise<TrialDigests> {
  const { corpus, prompts, tools, graders } = taskSetDigests(trial.tasks)
  const modules = await moduleDigests(trial)
  return {
    tasks: corpus,
    prompt: prompts,
    tools,
    graders: modules.length === 0 ? graders : digest(canonicalJson([graders, modules])),
    prices: pricesDigest(trial),
    policy: policyDigest(trial),
    route: routeDigest(trial.candidate),
  }
}

/** Folder of the tasks that holdfast.yaml names: `shipped:NAME`, or a path beside it. */
export function trialTasksFolder(tasks: string, configPath: string): string {
  const shipped = /^shipped:(?<name>.+)$/.exec(tasks)?.groups?.['name']
  return taskSetFolder(shipped ?? resolve(dirname(configPath), tasks))
}

/** Code of the user that judges is a part of the graders. */
async function moduleDigests({ tasks, tasksFolder }: DigestedTrial): Promise<readonly string[]> {
  const names = new Set(
    tasks.tasks
      .flatMap(({ graders = [] }) => graders)
      .flatMap((one) => (one.grader === 'plug-in' ? [one.module] : [])),
  )
  return await Promise.all(
    [...names].toSorted(compareText).map(async (name) => {
      // One that is gone is another one than before: the grader cannot work with it.
      const bytes = await readFile(join(tasksFolder, name)).catch(() => Buffer.alloc(0))
      return createHash('sha256').update(bytes).digest('hex')
    }),
  )
}

/** What both sides cost: the gate of cost compares them. */
function pricesDigest({ config, catalogue, candidate, incumbent }: DigestedTrial): string {
  const priceOf = listPrices(config.routes, catalogue)
  return digest(
    canonicalJson([candidate, incumbent].map(({ model, route }) => priceOf(model, route.id))),
  )
}

/**
 * What is known of the rules of whoever serves: what is kept and trained on, and whether the model was suspended or
 * restored. A model comes back under other safeguards than it went.
 */
function policyDigest({ catalogue, candidate }: DigestedTrial): string {
  // Nobody serves a tool.
  if (isTool(candidate)) return digest(canonicalJson(null))
  const { model, route } = candidate
  const known = catalogue.vendors.flatMap(({ models }) => models).find(({ id }) => id === model)
  const notices = (known?.lifecycle ?? [])
    .filter(({ kind }) => kind === 'suspended' || kind === 'restored')
    .filter(({ providers }) => providers === undefined || providers.includes(route.provider))
    .map(({ kind, on, snapshot }) => ({ kind, on, snapshot: snapshot ?? null }))
  const { retentionDays, trainsOnInput } = route
  return digest(
    canonicalJson({
      retentionDays: retentionDays ?? null,
      trainsOnInput: trainsOnInput ?? null,
      notices,
    }),
  )
}

/** Who serves, where and what is asked for there, or how a tool is called. Keys, limits and time limits may change. */
function routeDigest(candidate: TriedCandidate): string {
  if (isTool(candidate)) {
    const { timeout: _timeout, memoryMiB: _memory, ...called } = candidate.run
    return digest(canonicalJson(called))
  }
  const { model, route } = candidate
  const { provider, protocol, baseUrl, region, project, hardware, models }: ConfigRoute = route
  return digest(
    canonicalJson({
      provider,
      protocol,
      baseUrl,
      region: region ?? null,
      project: project ?? null,
      hardware: hardware ?? null,
      name: models[model] ?? null,
    }),
  )
}
