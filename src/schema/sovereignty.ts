import * as z from 'zod'
import { Criticality } from './vocabulary.ts'

/**
 * How far work stands on its own feet, by the EU Cloud Sovereignty Framework: the framework's ladder as data, and
 * the assessment that `holdfast sovereignty` makes. JSON Schema: schema/sovereignty.schema.json.
 */

export const WeightProfile = z.enum(['csf-1.2.1', 'csf-calculator-2026-06'])
export type WeightProfile = z.infer<typeof WeightProfile>

const level = z.int().min(0).max(4)

export const FrameworkAnswer = z.strictObject({
  label: z.string().nullable().describe('Words of the source; null: the source gives none'),
  value: z.number().nonnegative().describe('What it adds to the score of its objective'),
  seal: level.describe('SEAL that it allows at most'),
})
export type FrameworkAnswer = z.infer<typeof FrameworkAnswer>

export const FrameworkCriterion = z.strictObject({
  id: z.string().regex(/^SOV-[1-8]\.[1-9]$/),
  description: z.string(),
  answers: z.array(FrameworkAnswer).min(2).describe('The ladder, the weakest first'),
})
export type FrameworkCriterion = z.infer<typeof FrameworkCriterion>

/** data/frameworks/*.json */
export const SovereigntyFramework = z.strictObject({
  id: z.string(),
  title: z.string(),
  published: z.iso.date(),
  attribution: z.string(),
  calculatorUrl: z.url(),
  guidanceUrl: z.url(),
  frameworkUrl: z.url(),
  /** How many criteria the narrative of the guidance names; the calculator itself has more. */
  criteriaStated: z.int(),
  nominalMaxScore: z.number().positive(),
  weights: z.record(WeightProfile, z.record(z.string(), z.number())),
  objectives: z.array(
    z.strictObject({
      code: z.string(),
      name: z.string(),
      description: z.string(),
      criteria: z.array(FrameworkCriterion).min(1),
    }),
  ),
})
export type SovereigntyFramework = z.infer<typeof SovereigntyFramework>

export const AnsweredBy = z.enum(['simulation', 'catalogue', 'attestation'])
export type AnsweredBy = z.infer<typeof AnsweredBy>

export const CriterionAssessment = z.strictObject({
  criterion: z.string().describe('Criterion of the framework, for instance `SOV-1.8`'),
  description: z.string().describe('The criterion in words'),
  anchor: z.string().describe('What counts as home for it: `EU`, or the code of a jurisdiction'),
  inert: z.boolean().describe('True when every answer allows SEAL-4: it can never govern'),
  answer: z.int().positive().nullable().describe('Which answer holds, counted from 1; null: a gap'),
  of: z.int().positive().describe('How many answers the criterion has'),
  label: z.string().nullable().describe('Words of the answer; null: a gap, or none in the source'),
  value: z
    .number()
    .nullable()
    .describe('What it adds to the score; null: a gap, which adds nothing'),
  seal: level.nullable().describe('What it allows at most; null: a gap'),
  answeredBy: AnsweredBy.nullable().describe('What the answer rests on; null: a gap'),
  evidence: z.array(z.string()).describe('Why this answer, and where it can be checked'),
  gap: z.string().nullable().describe('Why it is not answered; null: it is'),
})
export type CriterionAssessment = z.infer<typeof CriterionAssessment>

export const ObjectiveAssessment = z.strictObject({
  objective: z.string().describe('Objective of the framework, for instance `SOV-1`'),
  name: z.string().describe('Its name'),
  anchor: z.string().describe('What counts as home for it: `EU`, or the code of a jurisdiction'),
  counts: z
    .boolean()
    .describe(
      'False when the assessment is re-anchored and this objective cannot be: it is told apart',
    ),
  weight: z.number().describe('Its weight in the profile, 0–1'),
  score: z.number().describe('Sum of the values of its answers; not clamped'),
  level: level.nullable().describe('Least that its answers allow; null: none is answered'),
  governedBy: z.array(z.string()).describe('Criteria whose answers set that level'),
  answered: z.int().describe('How many of its criteria are answered'),
  of: z.int().describe('How many criteria it has'),
})
export type ObjectiveAssessment = z.infer<typeof ObjectiveAssessment>

export const SovereigntyContradiction = z.strictObject({
  criterion: z.string().describe('The criterion'),
  attested: z.int().describe('The answer that was attested; it does not count'),
  shownAtMost: z.int().describe('The best answer that the facts leave room for'),
  by: z.string().describe('Who attested'),
  at: z.iso.date().describe('Day of the attestation'),
  text: z.string().describe('The contradiction in words'),
})
export type SovereigntyContradiction = z.infer<typeof SovereigntyContradiction>

export const LayerExposure = z.strictObject({
  layer: z
    .enum(['weights', 'provider', 'route', 'region', 'jurisdiction', 'hardware'])
    .describe('Layer of dependence'),
  hhi: z
    .number()
    .nullable()
    .describe('Herfindahl-Hirschman index of the known part, up to 10,000; null: nothing is known'),
  effectiveNumber: z
    .number()
    .nullable()
    .describe('As many equal parts would be as concentrated; null: nothing is known'),
  known: z
    .number()
    .describe('Share of criticality-weighted work for which the layer is known, 0–1'),
  shares: z
    .array(
      z.strictObject({
        element: z.string().describe('Element, or what stands in its place'),
        share: z.number().describe('Its share of the known part, 0–1'),
      }),
    )
    .describe('The parts, the largest first'),
  worstLoss: z
    .strictObject({
      element: z.string().describe('The element'),
      share: z.number().describe('Share of all criticality-weighted work that stops without it'),
    })
    .nullable()
    .describe('The single loss in this layer that stops most; null: none stops anything'),
  cutOffExposure: z
    .number()
    .describe(
      'Share of all criticality-weighted work that some single loss in this layer stops, 0–1',
    ),
})
export type LayerExposure = z.infer<typeof LayerExposure>

export const WorkflowSovereignty = z.strictObject({
  workflow: z.string().describe('Id of the workflow'),
  criticality: Criticality.nullable().describe('Null: nobody said'),
  requiredSeal: level.describe('What holdfast.yaml asks for'),
  level: level.nullable().describe('What its own part of the portfolio and the attestations show'),
  met: z.boolean().describe('Whether it is reached; never while nothing is answered'),
  governedBy: z.array(z.string()).describe('Criteria whose answers set the level'),
  text: z.string().describe('The finding in words'),
})
export type WorkflowSovereignty = z.infer<typeof WorkflowSovereignty>

export const SovereigntyAssessment = z.strictObject({
  schemaVersion: z.literal(1),
  tool: z
    .strictObject({
      name: z.literal('holdfast').describe('The program'),
      version: z.string().describe('Its version'),
    })
    .describe('What made it'),
  organisation: z.string().describe('Whose work it is'),
  at: z.iso.datetime().describe('Instant for which it was made'),
  framework: z
    .strictObject({
      id: z.string().describe('Id of the framework'),
      title: z.string().describe('Its title'),
      attribution: z.string().describe('Whose work it is, and under which licence'),
      criteria: z.int().describe('Criteria of the calculator'),
      criteriaStated: z.int().describe('Criteria that the narrative of the guidance names'),
    })
    .describe('What it was assessed by'),
  homeJurisdiction: z.string().nullable().describe('As holdfast.yaml states it; null: nobody said'),
  anchor: z.string().describe('What counts as home: `EU`, or the code of a jurisdiction'),
  label: z
    .string()
    .describe('Name of the result: `SEAL`, or `CSF method re-anchored to XX`, which is no SEAL'),
  weightProfile: WeightProfile.describe('Weights that counted'),
  score: z
    .strictObject({
      percent: z.number().describe('Sum of weight × score ÷ 1000 over the objectives that count'),
      maximumPercent: z.number().describe('What the best answers would give; may exceed 100'),
      answered: z.int().describe('Criteria answered, of those that count'),
      of: z.int().describe('Criteria that count'),
    })
    .describe('How much of the framework is reached; says nothing of the level'),
  overallSeal: level
    .nullable()
    .describe('Least of all answers; null: none is answered, or the method is re-anchored'),
  level: level
    .nullable()
    .describe('The same number, also when re-anchored; null: none is answered'),
  governingCriterion: z
    .strictObject({
      criterion: z.string().describe('The criterion'),
      answer: z.int().describe('Its answer, counted from 1'),
      label: z.string().nullable().describe('The answer in words'),
      seal: level.describe('What it allows at most'),
    })
    .nullable()
    .describe('The first answer that set the level'),
  governedBy: z.array(z.string()).describe('Every criterion whose answer set the level'),
  objectives: z.array(ObjectiveAssessment).describe('By objective'),
  criteria: z.array(CriterionAssessment).describe('By criterion, in the order of the framework'),
  gaps: z.array(z.string()).describe('Criteria that are not answered'),
  contradictions: z
    .array(SovereigntyContradiction)
    .describe('Attestations that are better than the facts; they do not count'),
  workflows: z.array(WorkflowSovereignty).describe('Workflows that ask for a level'),
  aiExtension: z
    .strictObject({
      note: z.string().describe('What it is, and is not'),
      layers: z.array(LayerExposure).describe('By layer'),
    })
    .describe('Concentration and cut-off exposure; never part of the score'),
  directives: z
    .array(
      z.strictObject({
        id: z.string().describe('Id of the directive'),
        review: z.enum(['unverified', 'verified']).describe('Whether counsel has signed it'),
        asOf: z.iso.date().nullable().describe('Day on which its text was read'),
      }),
    )
    .describe('Directives that were in force in it'),
  notices: z.array(z.string()).describe('What a reader must know'),
})
export type SovereigntyAssessment = z.infer<typeof SovereigntyAssessment>
