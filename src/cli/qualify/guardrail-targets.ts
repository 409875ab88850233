import { Fault } from '../../base/fault.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { modelCandidatesOf, type TriedModel } from './trial-target.ts'

/** A model that is asked as a workflow. */
export interface GuardrailTarget extends TriedModel {
  readonly workflow: ConfigWorkflow
}

export interface GuardrailTargetFlags {
  readonly workflow?: string | undefined
  readonly candidate?: readonly string[] | undefined
}

/** Fallbacks of the workflow, or the models that are named: of its own model, too, the question may be put. */
export function guardrailTargets(
  config: HoldfastConfig,
  { workflow: named, candidate }: GuardrailTargetFlags,
): readonly [GuardrailTarget, ...GuardrailTarget[]] {
  const workflow = workflowNamed(config, named)
  const models = modelCandidatesOf(config, workflow, candidate)
  const [first, ...others] = models.map((one) => ({ ...one, workflow }))
  if (first !== undefined) return [first, ...others]
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    `workflow \`${workflow.id}\` has no fallback that is a model`,
    {
      expected: 'a model among its `fallbacks` that a route leads to, or --candidate',
    },
  )
}

/** The workflow that is named, else the only one that has trials, else the only one. */
export function workflowNamed(
  { workflows }: HoldfastConfig,
  named: string | undefined,
): ConfigWorkflow {
  const tried = workflows.filter(({ trial }) => trial !== undefined)
  const meant =
    named === undefined
      ? tried.length === 1
        ? tried
        : workflows
      : workflows.filter(({ id }) => id === named)
  const [found, ...others] = meant
  if (found !== undefined && others.length === 0) return found
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    named === undefined
      ? 'holdfast.yaml has several workflows, or none'
      : `holdfast.yaml has no workflow \`${named}\``,
    { expected: `--workflow with one of ${workflows.map(({ id }) => id).join(', ') || 'none'}` },
  )
}
