import * as z from 'zod'
import { Decision } from '../../schema/decision.ts'
import { Directive } from '../../schema/directive.ts'

/** What the admin API tells of directives and of the policy that is made of them. */

const notices = z.array(z.string()).describe('What whoever asks should know')
const schemaVersion = z.literal(1)

export const ShownDirective = z.object({
  schemaVersion,
  origin: z.enum(['shipped', 'local']).describe('Where it comes from'),
  path: z.string().describe('File it stands in'),
  amendment: z.string().nullable().describe('File that adds to it; null: none does'),
  isEnforced: z.boolean().describe('Whether holdfast.yaml lists it'),
  state: z
    .object({
      at: z.string().describe('Instant at which it stands so'),
      isInForce: z.boolean().describe('Whether its rule restricts then'),
      carveOuts: z.array(z.string()).describe('Clauses that spare somebody then'),
      withdrawn: z
        .array(
          z.object({
            model: z.string().describe('A model'),
            providers: z.array(z.string()).nullable().describe('Over these alone; null: over all'),
            exceptProviders: z.array(z.string()).describe('Not over these'),
          }),
        )
        .describe('Models that their vendor has taken away from everybody'),
      changesAt: z.string().nullable().describe('When it next changes; null: not as far as known'),
    })
    .describe('How it stands'),
  directive: Directive.describe('The directive, clause by clause'),
  notice: z.string().describe('What this is, and what it is not'),
  notices,
})

const Finding = z.object({
  severity: z.enum(['error', 'warning', 'note']).describe('How much it matters'),
  path: z.string().describe('Where: a file, or the text that was sent'),
  line: z.int().nullable().describe('The line, from 1; null: not known'),
  column: z.int().nullable().describe('The column, from 1; null: not known'),
  message: z.string().describe('What was found'),
})

export const CheckedDirective = z.object({
  schemaVersion,
  directive: z.string().describe('Its id'),
  path: z.string().describe('Where it stands'),
  findings: z.array(Finding).describe('What a careful reader would ask'),
  notices,
})

export const TestedDirective = z.object({
  directive: z.string().describe('Its id'),
  failed: z.int().describe('Cases that come out otherwise than they say'),
  cases: z
    .array(
      z.object({
        name: z.string().describe('The case, in words'),
        at: z.string().describe('Instant of the question'),
        verdict: z.enum(['allow', 'deny']).describe('What policy says'),
        isAvailable: z.boolean().describe('Whether the vendor serves the model to anybody then'),
        problems: z.array(z.string()).describe('What comes out otherwise'),
      }),
    )
    .describe('Every case'),
  notice: z.string().describe('What this is, and what it is not'),
  notices,
})

const files = z.array(z.string()).describe('Files that were written; of a dry run, would have been')

export const AddedDirective = z.object({
  directive: z.string().describe('Its id'),
  isTemplate: z.boolean().describe('Whether it has to be filled in before it can be enforced'),
  isWritten: z.boolean().describe('False: it was a dry run'),
  files,
  findings: z.array(Finding).describe('What a careful reader would ask'),
  notices,
})

export const LiftedDirective = z.object({
  directive: z.string().describe('Its id'),
  from: z.string().describe('First instant at which it restricts nothing any more'),
  isWritten: z.boolean().describe('False: it was a dry run'),
  files,
  notices,
})

export const ReviewedDirective = z.object({
  directive: z.string().describe('Its id'),
  by: z.string().nullable().describe('Who signed'),
  at: z.string().nullable().describe('Day or instant of the review'),
  isWritten: z.boolean().describe('False: it was a dry run'),
  files,
  notices,
})

export const ShownPolicy = z.object({
  schemaVersion,
  at: z.string().describe('Instant at which directives stand so'),
  units: z
    .array(
      z.object({
        id: z.string().describe('Id of the unit'),
        title: z.string().describe('What it is of'),
        heading: z.array(z.string()).describe('Source, review and clauses, for counsel to read'),
        policies: z
          .array(
            z.object({
              id: z.string().describe('Id of the policy'),
              text: z.string().describe('As Cedar has it'),
            }),
          )
          .describe('Its policies'),
      }),
    )
    .describe('Everything that decides, one unit each'),
  notices,
})

export const CheckedPolicy = z.object({
  schemaVersion,
  at: z.string().describe('Instant at which directives stand so'),
  engine: z.string().describe('What evaluates policies'),
  digest: z.string().describe('Of everything that decides'),
  changesAt: z.string().nullable().describe('Next change; null: none is known'),
  units: z
    .array(
      z.object({
        id: z.string().describe('Id of the unit'),
        policies: z.int().describe('Policies in it'),
        isTabulated: z.boolean().describe('Whether it is answered from a table'),
        because: z.array(z.string()).describe('Why it is asked at each request'),
        cells: z.int().describe('Combinations that were answered'),
      }),
    )
    .describe('Everything that decides'),
  world: z
    .record(z.string(), z.int())
    .describe('Models, routes and workflows that policy knows of'),
  classes: z.record(z.string(), z.int()).describe('How many of them are told apart'),
  warnings: z.array(z.string()).describe('What Cedar remarks'),
  problems: z.array(z.string()).describe('Directives that cannot be read or contradict themselves'),
  buildMs: z.number().describe('Milliseconds that it took'),
  notices,
})

export const AskedPolicy = z.object({
  schemaVersion,
  question: z
    .object({
      principal: z.looseObject({}).describe('Who, as policy sees it'),
      model: z.string().describe('Model'),
      route: z.string().describe('Route'),
      workflow: z.string().nullable().describe('Workflow; null: none'),
      purpose: z.string().describe('Kind of work'),
      at: z.string().describe('Instant of the question'),
    })
    .describe('What was asked'),
  verdict: Decision.shape.verdict.describe('What the gateway would do'),
  reasons: Decision.shape.reasons,
  needed: Decision.shape.needed,
  withdrawn: z.array(z.string()).describe('Directives after which the vendor took the model away'),
  snapshot: z
    .object({
      digest: z.string().describe('Of everything that decides'),
      changesAt: z.string().nullable().describe('Next change; null: none is known'),
    })
    .describe('What decided'),
  notices,
})

export const SignedSnapshot = z.object({
  snapshot: z.string().describe('The file, as `holdfast policy verify` reads it'),
  version: z.int().describe('Grows from one snapshot to the next'),
  expiresAt: z.string().describe('First instant at which it decides nothing any more'),
  units: z.int().describe('Units in it'),
  digest: z.string().describe('Of everything that decides'),
  notices,
})

export const VerifiedSnapshot = z.object({
  state: z
    .enum(['valid', 'not yet valid', 'expired', 'overtaken by a change of a directive'])
    .describe('How it stands; a signature that does not hold is refused'),
  version: z.number().describe('Grows from one snapshot to the next'),
  at: z.string().describe('Instant from which it decides'),
  askedAt: z.string().describe('Instant at which it stands so'),
  expiresAt: z.string().describe('First instant at which it decides nothing any more'),
  changesAt: z.string().nullable().describe('Next change; null: none is known'),
  directives: z
    .array(
      z.object({
        id: z.string().describe('A directive in it'),
        isInForce: z.boolean().describe('Whether it restricts'),
        isValid: z.boolean().describe('Whether it could be read'),
        review: z.string().describe('Whether counsel has signed it'),
        digest: z.string().describe('Of its text'),
      }),
    )
    .describe('Directives in it'),
  notices,
})
