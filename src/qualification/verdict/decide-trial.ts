import type { GateResult, TrialResult } from '../../schema/trial-result.ts'
import { buildGates } from './build-gates.ts'
import { checkControls } from './check-controls.ts'
import { pairsFrom, type TrialEvidence, type TrialPair } from './trial-evidence.ts'

type Reason = TrialResult['reasons'][number]
type Judgement = Pick<TrialResult, 'verdict' | 'reasons'>

const msPerDay = 86_400_000

/**
 * The verdict of a trial from its registration and its outcomes alone: same in, same out. In mode `fixed-n` no gate is
 * tested before the last task, since a look at the running figures is a look too many.
 */
export function decideTrial(evidence: TrialEvidence): TrialResult {
  const { registration } = evidence
  const pairs = pairsFrom(evidence)
  const pending = evidence.tasks.length - pairs.length
  const scored = pairs.filter(({ scores }) => scores !== null)
  const mayLook = registration.mode === 'e-process' || pending === 0
  const tested = pairs.length === 0 ? [] : buildGates(registration, evidence.tasks, pairs)
  const gates = mayLook ? [...tested] : tested.map(hidden)
  const controls = [...checkControls(evidence)]
  const clusters = new Set(scored.map(({ task }) => task.cluster)).size
  const counts = {
    planned: evidence.tasks.length,
    scored: scored.length,
    unscored: pairs.length - scored.length,
    pending,
    clusters,
    byKind: countByKind(pairs),
  }
  const partial = { gates, controls, counts }
  const judgement =
    expired(evidence) ??
    invalid(evidence, partial) ??
    rerouted(tested) ??
    unfinished(evidence, pending, mayLook) ??
    byGates(gates)
  return {
    schemaVersion: 1,
    registrationDigest: evidence.registrationDigest,
    ...judgement,
    ...partial,
    ...summary(gates),
    decidedAt: evidence.decidedAt,
    validUntil: new Date(
      Date.parse(evidence.decidedAt) + registration.validityDays * msPerDay,
    ).toISOString(),
  }
}

/** The p of the whole trial is the largest of its gates: intersection–union needs no correction. */
function summary(
  gates: readonly GateResult[],
): Pick<TrialResult, 'pMax' | 'logEMin' | 'tasksNeeded'> {
  const tested = gates.filter(({ state }) => state !== 'not-tested')
  const ps = tested.flatMap(({ p }) => p ?? [])
  const logs = tested.flatMap(({ logE }) => logE ?? [])
  const needed = gates.flatMap(({ tasksNeeded }) => tasksNeeded ?? [])
  return {
    pMax: ps.length === 0 ? null : Math.max(...ps),
    logEMin: logs.length === 0 ? null : Math.min(...logs),
    tasksNeeded: needed.length === 0 ? null : Math.max(...needed),
  }
}

function expired({ registration, decidedAt }: TrialEvidence): Judgement | null {
  if (decidedAt < registration.decideBefore) return null
  const say = `the trial had to be decided before ${registration.decideBefore}: its evidence is too old to count`
  return { verdict: 'EXPIRED', reasons: [{ code: 'too-late', say }] }
}

/** Reasons for which no number of this trial can be trusted, all of them. */
function invalid(
  { registration, tasks }: TrialEvidence,
  { controls, counts }: Pick<TrialResult, 'controls' | 'counts'>,
): Judgement | null {
  const looked = counts.scored + counts.unscored
  const share = looked === 0 ? 0 : counts.unscored / looked
  const clusters = new Set(tasks.map(({ cluster }) => cluster)).size
  const reasons: Reason[] = []
  if (share > registration.unscoredShareMax)
    reasons.push({
      code: 'too-many-unscored',
      say: `${counts.unscored} of ${looked} tasks are unscored; at most ${registration.unscoredShareMax * 100}% may be`,
    })
  if (clusters < registration.clustersMin)
    reasons.push({
      code: 'too-few-clusters',
      say: `${clusters} clusters; ${registration.clustersMin} were registered as the least`,
    })
  if (tasks.length !== registration.tasksPlanned)
    reasons.push({
      code: 'other-task-count',
      say: `${tasks.length} tasks; ${registration.tasksPlanned} were registered`,
    })
  for (const { control, state, say } of controls) {
    if (state === 'broken' || state === 'absent') reasons.push({ code: `control-${control}`, say })
  }
  return reasons.length === 0 ? null : { verdict: 'INVALID', reasons }
}

function rerouted(gates: readonly GateResult[]): Judgement | null {
  const gate = gates.find((one) => one.gate === 'served-model' && one.state === 'failed')
  if (gate === undefined) return null
  return { verdict: 'NOT_QUALIFIED', reasons: [{ code: 'served-model', say: gate.say }] }
}

function unfinished(
  { registration }: TrialEvidence,
  pending: number,
  mayLook: boolean,
): Judgement | null {
  if (mayLook && pending < registration.tasksPlanned) return null
  const say = `${pending} of ${registration.tasksPlanned} tasks are still to be asked`
  return { verdict: 'INCONCLUSIVE', reasons: [{ code: 'unfinished', say }] }
}

function byGates(gates: readonly GateResult[]): Judgement {
  const failed = gates.filter(({ state }) => state === 'failed')
  if (failed.length > 0)
    return { verdict: 'NOT_QUALIFIED', reasons: failed.map((gate) => reason('failed', gate)) }
  const open = gates.filter(({ state }) => state !== 'passed')
  if (open.length > 0)
    return { verdict: 'INCONCLUSIVE', reasons: open.map((gate) => reason('undecided', gate)) }
  const fragile = gates.filter(
    ({ worstCase }) => worstCase !== null && worstCase.state !== 'passed',
  )
  if (fragile.length > 0)
    return {
      verdict: 'INCONCLUSIVE',
      reasons: fragile.map((gate) => reason('rests-on-unscored', gate)),
    }
  return { verdict: 'QUALIFIED', reasons: gates.map((gate) => reason('passed', gate)) }
}

function reason(code: string, gate: GateResult): Reason {
  const rest =
    code === 'rests-on-unscored'
      ? '; with the unscored tasks counted against the candidate it is not passed, so they must be judged first'
      : ''
  const needed =
    gate.tasksNeeded === null ? '' : `; about ${gate.tasksNeeded} tasks would decide it`
  return { code: `${gate.gate}-${code}`, say: `${gate.gate}: ${gate.say}${rest}${needed}` }
}

/** A gate of an unfinished fixed-n trial: what was counted, and nothing that one could stop by. */
function hidden(gate: GateResult): GateResult {
  return {
    ...gate,
    state: 'not-tested',
    estimate: null,
    interval: null,
    p: null,
    worstCase: null,
    sensitivity: [],
    tasksNeeded: null,
    say: 'not tested before the last task',
  }
}

function countByKind(pairs: readonly TrialPair[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { candidate } of pairs) counts[candidate.kind] = (counts[candidate.kind] ?? 0) + 1
  return counts
}
