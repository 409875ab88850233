import * as z from 'zod'

const Tokens = z.object({
  input: z.int().nullable().describe('Tokens in'),
  output: z.int().nullable().describe('Tokens out'),
})

/** No class, sealed or not, and no content: who may read those opens the ledger itself. */
export const ShownDecision = z.object({
  log: z.string().describe('Log of the ledger in which it stands'),
  entry: z.int().describe('Its number there, from 0'),
  at: z.string().describe('When it was recorded'),
  request: z.string().describe('Id of the request; its hops share it'),
  principal: z.string().nullable().describe('HMAC that stands for the caller'),
  principalKind: z.enum(['person', 'service']).nullable().describe('What asked'),
  workflow: z.string().nullable().describe('Workflow it was for'),
  purpose: z.string().describe('Kind of work'),
  requestedModel: z.string().describe('The name that was asked for'),
  servedModel: z.string().nullable().describe('What the provider says it served'),
  model: z.string().nullable().describe('`vendor/name` of this hop'),
  route: z.string().nullable().describe('Route of this hop'),
  provider: z.string().nullable().describe('Provider of this hop'),
  countries: z.array(z.string()).describe('Jurisdictions of the route'),
  hop: z.int().describe('0: the first attempt'),
  snapshot: z.string().describe('Version of the policy that decided'),
  verdict: z.enum(['allow', 'deny']).describe('What policy said'),
  reasons: z.array(z.string()).describe('Why'),
  directives: z.array(z.string()).describe('Directives that the reasons name'),
  outcome: z.string().describe('What became of the hop'),
  tokens: Tokens.nullable().describe('What was used'),
  startedAt: z.string().describe('When the hop began'),
  endedAt: z.string().nullable().describe('When it ended'),
})
export type ShownDecision = z.infer<typeof ShownDecision>
