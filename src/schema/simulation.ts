import * as z from 'zod'
import { DecisionReason } from './decision.ts'
import { EligibilityClass } from './holdfast-config.ts'
import { Criticality, Task } from './vocabulary.ts'

/** The answer of `holdfast simulate` and `holdfast remedy`. JSON Schema: schema/simulation.schema.json. */

/** `kind:id`; kinds: model, vendor, provider, route, region, jurisdiction, parent, hardware, common-cause, class, directive. */
export const ElementId = z
  .string()
  .regex(
    /^(?:model|vendor|provider|route|region|jurisdiction|parent|hardware|common-cause|class|directive):.+$/,
  )

/** What becomes of a workflow for one class of people, best first. */
export const Outcome = z.enum(['unaffected', 'fails-over', 'degraded', 'at-risk', 'stops'])
export type Outcome = z.infer<typeof Outcome>

/** The closed list of reasons for an outcome. */
export const outcomeReasonCodes = {
  'element-lost': 'an element that the option needs is lost',
  'not-permitted': 'a directive or a limit of the data denies the option to this class',
  withdrawn: 'the vendor has withdrawn the model for everybody',
  'class-lost': 'people of this class lose access to everything',
  'served-by': 'this option takes over',
  unqualified: 'nothing shows that the option can do this work',
  'requires-qualified': 'the workflow counts only options with a valid trial or drill',
  'rto-missed': 'the option is ready later than the recovery time objective',
  'mtpd-exceeded': 'the option is ready later than the work can be without it',
  'capacity-short': 'the option carries less than the load',
  'below-mbco': 'the option carries less than the least that must be delivered',
  'shed-for-critical': 'more critical work takes the capacity',
  'below-min-staff': 'fewer people may work than the workflow needs',
  'no-option': 'no option is left',
  'model-unknown': 'the model is not known, so what hits it cannot be told',
  'duration-unknown': 'how soon the option is ready, or how long the work can wait, is not stated',
  'capacity-unknown': 'how much the option carries is not stated',
} as const satisfies Record<string, string>
export const OutcomeReasonCode = z.enum(
  Object.keys(outcomeReasonCodes) as [
    keyof typeof outcomeReasonCodes,
    ...(keyof typeof outcomeReasonCodes)[],
  ],
)
export type OutcomeReasonCode = z.infer<typeof OutcomeReasonCode>

export const OutcomeReason = z.strictObject({
  code: OutcomeReasonCode.describe('Why, from the closed list'),
  need: z.string().nullable().describe('The need it concerns: a model, or a name as written'),
  option: z
    .string()
    .nullable()
    .describe('The option it concerns: `model@route`, `tool:…`, `manual:…`'),
  element: z.string().nullable().describe('The element that is lost'),
  dependency: z.string().nullable().describe('Id of the dependency in the register'),
  place: z.string().nullable().describe('`file:line` where the audit saw it'),
  decision: DecisionReason.nullable().describe('What policy said, for `not-permitted`'),
  text: z.string().describe('The reason in words'),
})
export type OutcomeReason = z.infer<typeof OutcomeReason>

export const WorkflowOutcome = z.strictObject({
  workflow: z.string().describe('Id of the workflow'),
  class: EligibilityClass.describe('Class of people'),
  outcome: Outcome.describe('What becomes of it'),
  people: z
    .int()
    .nonnegative()
    .nullable()
    .describe('People of this class it is done for; null: nobody said'),
  servedBy: z
    .array(z.string())
    .describe('The option that serves each need, in the order of needs; empty when it stops'),
  ruleAlone: Outcome.nullable().describe(
    'Under a directive: the outcome of the rule alone, without what the vendor did; else null',
  ),
  reasons: z.array(OutcomeReason).describe('Why, down to file and line'),
})
export type WorkflowOutcome = z.infer<typeof WorkflowOutcome>

export const PostContingency = z.strictObject({
  contingency: z.array(ElementId).min(1).describe('Elements lost together'),
  at: z.iso.datetime().nullable().describe('Instant for which directives were read; null: none'),
  withdrawn: z.array(z.string()).describe('Models that vendors had withdrawn for everybody then'),
  status: z.enum(['no-impact', 'impact']).describe('Whether anything is new or worse'),
  outcomes: z
    .array(WorkflowOutcome)
    .describe('All workflows and classes; with `--all` only what is new or worse'),
  overloads: z
    .array(
      z.strictObject({
        route: z.string().describe('Route of holdfast.yaml'),
        measure: z
          .enum(['concurrent', 'requestsPerMinute', 'tokensPerMinute'])
          .describe('What there is too little of'),
        asked: z.number().describe('Load that wants to go there'),
        capacity: z.number().describe('What it carries'),
        shed: z.array(z.string()).describe('Workflows that find no room'),
      }),
    )
    .describe('Routes that cannot carry what falls on them'),
})
export type PostContingency = z.infer<typeof PostContingency>

export const CutSet = z.strictObject({
  workflow: z.string().describe('Id of the workflow'),
  class: EligibilityClass.describe('Class of people it stops for'),
  elements: z
    .array(ElementId)
    .min(1)
    .describe('Lost together they stop the work, none is superfluous'),
})
export type CutSet = z.infer<typeof CutSet>

export const ElementExposure = z.strictObject({
  element: ElementId.describe('The element that is lost'),
  name: z.string().describe('Its name for people'),
  loss: z
    .number()
    .describe('Share of the criticality-weighted work that stops when it alone is lost, 0–1'),
  workflowsStopped: z.array(z.string()).describe('Workflows that it stops'),
  workflowsAtRisk: z.array(z.string()).describe('Left with unqualified options only'),
  peopleStopped: z.int().nullable().describe('People whose work stops; null: nobody said'),
})
export type ElementExposure = z.infer<typeof ElementExposure>

export const Exposure = z.strictObject({
  weights: z.record(Criticality, z.number()).describe('Weight of a workflow by criticality'),
  elements: z.array(ElementExposure).describe('By loss, the worst first'),
  singlePointsOfFailure: z
    .array(
      z.strictObject({
        workflow: z.string().describe('Id of the workflow'),
        elements: z.array(ElementId).describe('Each of them alone stops it'),
      }),
    )
    .describe('Elements whose loss alone stops a workflow'),
  earlyWarnings: z
    .array(
      z.strictObject({
        workflow: z.string().describe('Id of the workflow'),
        element: ElementId.nullable().describe(
          'Loss after which one more stops the work; null: now',
        ),
        next: z.array(ElementId).describe('What would then stop it'),
        text: z.string().describe('The warning in words'),
      }),
    )
    .describe('Work that is one more loss away from a stop'),
  earlyWarningsOmitted: z
    .int()
    .positive()
    .optional()
    .describe('Workflows with warnings that are not listed, the least critical ones; absent: none'),
})
export type Exposure = z.infer<typeof Exposure>

export const RemedyAction = z.strictObject({
  id: z.string().describe('Stable name of the action'),
  kind: z
    .enum(['qualify', 'route', 'host-weights', 'authorisation', 'capacity'])
    .describe('What is bought or done'),
  subject: z.string().describe('What it is done to: a model, a route, a directive'),
  workflow: z.string().nullable().describe('Workflow it is for; null: shared'),
  cost: z
    .number()
    .nullable()
    .describe('Over the horizon, in the currency of `remedies`; null: no cost is stated'),
  text: z.string().describe('What to do, in words'),
  removes: z
    .array(
      z.strictObject({
        workflow: z.string().describe('Id of the workflow'),
        elements: z.array(ElementId).describe('Lost together they would have stopped it'),
      }),
    )
    .describe('Cut sets that it takes part in removing'),
})
export type RemedyAction = z.infer<typeof RemedyAction>

export const RemedyPlan = z.strictObject({
  target: z.string().describe('What is to hold afterwards, as asked for'),
  status: z
    .enum(['optimal', 'feasible', 'infeasible', 'nothing-to-do'])
    .describe('`optimal`: certified; `feasible`: with the gap stated'),
  currency: z.string().nullable().describe('Null: no costs are stated and actions are counted'),
  horizonMonths: z.int().nullable().describe('Months over which monthly costs are counted'),
  cost: z.number().nullable().describe('What the plan costs; null: no costs are stated'),
  bound: z.number().nullable().describe('No plan can cost less'),
  gap: z.number().nullable().describe('(cost − bound) / cost, 0–1'),
  actions: z.array(RemedyAction).describe('What to do'),
  greedyCost: z.number().nullable().describe('What the greedy plan costs'),
  proof: z
    .strictObject({
      contingencies: z.int().describe('Contingencies simulated again with the plan applied'),
      stops: z.array(CutSet).describe('Cut sets that are left; empty when the target holds'),
    })
    .nullable()
    .describe('What a simulation with the plan applied showed; null: there is no plan'),
  alternatives: z
    .array(
      z.strictObject({
        cost: z.number().nullable().describe('What it costs'),
        actions: z.array(z.string()).describe('Ids of its actions'),
      }),
    )
    .describe('Other plans within 10 % of the optimum'),
  infeasible: z
    .array(
      z.strictObject({
        workflow: z.string().describe('Id of the workflow'),
        elements: z.array(ElementId).describe('What stops it whatever is done'),
        text: z.string().describe('Why, in words'),
      }),
    )
    .describe('Workflows that no action can save, and what stops them'),
  exposed: z
    .array(z.string())
    .optional()
    .describe('Workflows for which the target does not hold once the plan is carried out'),
  notices: z.array(z.string()).optional().describe('What a reader of the plan must know'),
})
export type RemedyPlan = z.infer<typeof RemedyPlan>

export const SimulationWorkflow = z.strictObject({
  id: z.string().describe('Id of the workflow'),
  task: Task.describe('Kind of work'),
  source: z
    .enum(['configuration', 'inferred'])
    .describe('Whether holdfast.yaml states it, or the audit inferred it'),
  criticality: Criticality.nullable().describe('Null: nobody said; weighs as `supporting`'),
  owner: z.string().nullable().describe('Who answers for it'),
  mtpdMs: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe('Maximum tolerable period of disruption; null: nobody said'),
  rtoMs: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe('Recovery time objective; null: nobody said'),
  minStaff: z
    .int()
    .nonnegative()
    .nullable()
    .optional()
    .describe('Fewer permitted people than this, and it stops'),
  people: z
    .partialRecord(EligibilityClass, z.int())
    .nullable()
    .describe('People it is done for, by class; null: nobody said'),
  groups: z
    .array(
      z.strictObject({
        id: z.string().describe('Id of the group'),
        people: z
          .partialRecord(EligibilityClass, z.int())
          .nullable()
          .describe('Its people by class; null: nobody said'),
      }),
    )
    .optional()
    .describe('Groups it is done for'),
  options: z
    .array(
      z.strictObject({
        need: z.string().describe('What it serves: a model, or a name as written'),
        id: z.string().describe('`model@route`, `tool:…`, `manual:…`'),
        kind: z.enum(['model', 'tool', 'manual']).describe('What kind of thing takes over'),
        evidence: z
          .enum(['qualified', 'same-model', 'unqualified'])
          .describe('What shows that it can do the work'),
        rtoMs: z
          .number()
          .nonnegative()
          .nullable()
          .optional()
          .describe('How soon it is ready; null: at once for a model, unknown for the others'),
        elements: z.array(ElementId).describe('All of them are needed'),
        excluded: z
          .string()
          .nullable()
          .describe('The limit of the data that rules it out; null: none does'),
      }),
    )
    .describe('What may serve it, in order'),
})
export type SimulationWorkflow = z.infer<typeof SimulationWorkflow>

export const Simulation = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z
    .strictObject({
      name: z.literal('holdfast').describe('The program'),
      version: z.string().describe('Its version'),
    })
    .describe('What made it'),
  organisation: z.string().describe('Whose work it is'),
  at: z.iso.datetime().describe('Instant for which it was made'),
  inputs: z
    .strictObject({
      config: z.string().nullable().describe('Digest of holdfast.yaml; null: there was none'),
      register: z.string().nullable().describe('Digest of the register; null: there was none'),
      directives: z
        .array(
          z.strictObject({
            id: z.string().describe('Id of the directive'),
            digest: z.string().describe('Digest of its text'),
            review: z
              .enum(['unverified', 'verified'])
              .describe('Whether counsel has signed; `unverified` is shown everywhere'),
            asOf: z.iso
              .date()
              .nullable()
              .optional()
              .describe('Day on which its text was read; null: unknown'),
          }),
        )
        .describe('Directives that were read'),
    })
    .describe('Digests of what was read'),
  notices: z.array(z.string()).describe('What a reader must know: unverified rules, unknown facts'),
  workflows: z.array(SimulationWorkflow).describe('The work, with what may serve it'),
  preContingency: z
    .strictObject({
      outcomes: z.array(WorkflowOutcome).describe('Every workflow and class'),
    })
    .describe('What holds before anything is lost'),
  postContingency: z
    .array(PostContingency)
    .describe('What each contingency does, one entry a contingency'),
  remedialActions: z.array(RemedyPlan).describe('Empty unless remedies were asked for'),
  cutSets: z.array(CutSet).describe('Minimal, up to the depth that was asked for'),
  exposure: Exposure.describe('What hangs on each element, and the weak points'),
})
export type Simulation = z.infer<typeof Simulation>
