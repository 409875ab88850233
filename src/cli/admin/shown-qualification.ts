import * as z from 'zod'

/** What the admin API tells of trials; reports of whole trials have schemas of their own. */

export const QualificationStatus = z.object({
  at: z.string().describe('Instant at which verdicts stand so'),
  fallbacks: z
    .array(
      z.object({
        workflow: z.string().describe('Workflow'),
        model: z.string().describe('Fallback, `vendor/name`'),
        route: z.string().describe('Route it is asked over'),
        verdict: z.string().nullable().describe('null: it was never tried to an end'),
        invalidatedBy: z.string().nullable().describe('What ended the verdict; null: nothing did'),
        validUntil: z.string().nullable().describe('First instant at which it counts no more'),
        trial: z.string().nullable().describe('Trial that decided it'),
      }),
    )
    .describe('Every fallback that a trial can qualify'),
  trials: z
    .array(
      z.object({
        trial: z.string().describe('Id of the trial'),
        workflow: z.string().describe('Workflow'),
        candidate: z.string().describe('Model that is tried'),
        route: z.string().describe('Route it is asked over'),
        state: z.string().describe('How it stands'),
        createdAt: z.string().describe('When it was registered'),
        answered: z.int().describe('Answers that are kept'),
        open: z.int().describe('Calls that were begun and have no answer'),
        comparisons: z.int().describe('Comparisons that were registered'),
      }),
    )
    .describe('Trials, ended ones too'),
  notices: z.array(z.string()).describe('What whoever asks should know'),
})

export const PlannedTrials = z.object({
  trials: z
    .array(
      z.looseObject({
        name: z.string().describe('Workflow, candidate and route'),
        problems: z.array(z.string()).describe('Why it could not begin'),
        notices: z.array(z.string()).describe('What whoever begins it should know'),
      }),
    )
    .describe('What would be registered, what it takes and what its tasks can show'),
})

const Amount = z.looseObject({ amount: z.number(), currency: z.string() }).nullable()

export const ShownSchedule = z.object({
  at: z.string().describe('Instant at which it stands so'),
  schedules: z
    .array(
      z.object({
        workflow: z.string().describe('Workflow'),
        rule: z.string().describe('When it is tried again, in words'),
        cost: Amount.describe('What one run is expected to cost; null: not all have a price'),
        calls: z.int().describe('Calls of one run'),
        budget: Amount.describe('The most that one trial may cost; null: no limit'),
        runs: z
          .array(
            z.object({
              candidate: z.string().nullable().describe('null: all candidates of the workflow'),
              cause: z.string().describe('Why'),
              dueAt: z.string().describe('When'),
              state: z.string().describe('`coming`, `due`, or how it stands'),
              problem: z.string().nullable().describe('Why it failed last; null: it did not'),
            }),
          )
          .describe('What is due and what comes'),
      }),
    )
    .describe('What `holdfast serve` tries again by itself'),
})

export const ComparedTrials = z.object({
  trials: z.array(z.looseObject({})).describe('Trials on the same tasks, beside each other'),
  standings: z
    .array(
      z.object({
        trial: z.string().describe('Id of the trial'),
        at: z.string().describe('Instant at which its verdict stands so'),
        verdict: z.string().describe('What it counts for now'),
        invalidatedBy: z.string().nullable().describe('What ended the verdict; null: nothing did'),
      }),
    )
    .optional()
    .describe('What the verdicts count for now'),
})
