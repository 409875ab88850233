import * as z from 'zod'

/** What policy said of principal × model × route × purpose × instant, and why. */

/** The closed list of reasons; docs/reference/reason-codes.md prints the table below it. */
export const reasonCodes = {
  'base-permit': 'the caller is in the audience of the workflow, which lists the model',
  'no-permit':
    'nothing permits this: the workflow is not for the caller or does not list the model',
  'directive-forbids': 'a directive forbids the use; no authorisation helps',
  'authorisation-required': 'a directive asks for an authorisation that the caller does not hold',
  authorised: 'an authorisation names this directive and this model',
  'carve-out': 'a clause of the directive spares this use',
  'person-undetermined':
    'the class of the person is unknown under the definition that the directive uses',
  'attribute-unknown':
    'the directive asks for an attribute of the model that the catalogue does not know',
  'directive-invalid':
    'a directive that is enforced cannot be read: the models it names are denied',
  'data-jurisdiction': 'the data of the workflow may not reach a jurisdiction of this route',
  'data-retention':
    'the provider keeps data longer than the workflow allows, or nobody said how long',
  'data-training': 'the provider may train on the data, or nobody said that it does not',
  'organisation-policy': 'a policy of the organisation forbids the use',
  'unknown-model': 'no snapshot knows the model',
  'unknown-route': 'no snapshot knows the route',
  'unknown-workflow': 'no snapshot knows the workflow',
  'unknown-class': 'the class is none of the four',
  'snapshot-expired': 'the snapshot has expired and a directive concerns the model',
  'snapshot-not-yet-valid': 'the instant lies before the snapshot begins',
  'policy-error': 'a policy failed while it was evaluated, which denies',
} as const satisfies Record<string, string>

export const ReasonCode = z.enum(
  Object.keys(reasonCodes) as [keyof typeof reasonCodes, ...(keyof typeof reasonCodes)[]],
)
export type ReasonCode = z.infer<typeof ReasonCode>

export const DecisionReason = z.strictObject({
  code: ReasonCode.describe('Why, from the closed list'),
  policy: z.string().nullable().describe('Id of the Cedar policy that decided; null for none'),
  directive: z.string().nullable().describe('Id of the directive'),
  clause: z
    .string()
    .nullable()
    .describe('Clause of the directive: `scope` or the id of a carve-out'),
  source: z.string().nullable().describe('Where the rule was read'),
  review: z
    .enum(['unverified', 'verified'])
    .nullable()
    .describe('Whether counsel has signed the directive'),
  text: z.string().describe('The reason in words'),
})
export type DecisionReason = z.infer<typeof DecisionReason>

export const Decision = z.strictObject({
  verdict: z.enum(['allow', 'deny']),
  reasons: z.array(DecisionReason).min(1).describe('All reasons, the deciding ones first'),
  needed: z.array(z.string()).describe('What would have to be so for it to be allowed'),
})
export type Decision = z.infer<typeof Decision>
