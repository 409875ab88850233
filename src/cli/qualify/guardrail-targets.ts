import { Fault } from '../../base/fault.ts'
import type { ConfigWorkflow, HoldfastConfig } from '../../schema/holdfast-config.ts'
import { candidatesOf, type TriedModel } from './trial-target.ts'

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
): readonly GuardrailTarget[] {
  const workflow = workflowOf(config, named)
  const models = candidatesOf(config, workflow, candidate)
  if (models.length > 0) return models.map((one) => ({ ...one, workflow }))
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    `workflow \`${workflow.id}\` has no fallback that is a model`,
    {
      expected: 'a model among its `fallbacks` that a route leads to, or --candidate',
    },
  )
}

function workflowOf({ workflows }: HoldfastConfig, named: string | undefined): ConfigWorkflow {
  const found =
    named === undefined
      ? workflows.length === 1
        ? workflows[0]
        : undefined
      : workflows.find(({ id }) => id === named)
  if (found !== undefined) return found
  throw new Fault(
    'HF_TRIAL_UNKNOWN',
    named === undefined
      ? 'holdfast.yaml has several workflows, or none'
      : `holdfast.yaml has no workflow \`${named}\``,
    { expected: `--workflow with one of ${workflows.map(({ id }) => id).join(', ') || 'none'}` },
  )
}
