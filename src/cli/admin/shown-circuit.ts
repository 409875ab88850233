import * as z from 'zod'

const ShownProbe = z.object({
  at: z.string().describe('When it was made'),
  outcome: z.string().describe('`ok`, `denied` (policy keeps it from the probe), or why it failed'),
  message: z.string().describe('The outcome in words'),
})

const ShownCircuit = z.object({
  id: z.string().describe('`model:vendor/name@route`'),
  kind: z.enum(['withdrawn', 'outage']).describe('`outage` circuits close by themselves'),
  model: z.string().describe('Model it stands over'),
  route: z.string().describe('Route it stands over'),
  state: z
    .enum(['open', 'half-open', 'probe-passed'])
    .describe('`half-open`: the next request tries it; `probe-passed`: a person may close it'),
  reason: z.string().describe('What opened it'),
  openedAt: z.string().describe('When it was opened'),
  probedAt: z.string().nullable().describe('When it was last probed'),
  lastProbe: ShownProbe.nullable().describe('What the last probe of this process came to'),
  isConfigured: z.boolean().describe('Whether holdfast.yaml still has this model on this route'),
})
export type ShownCircuit = z.infer<typeof ShownCircuit>

export const CircuitList = z.object({
  circuits: z.array(ShownCircuit).describe('Circuits that are not closed'),
})

export const ClosedCircuits = z.object({
  closed: z
    .array(z.object({ id: z.string().describe('Id'), closedBy: z.string().describe('Who') }))
    .describe('Circuits that traffic passes again'),
})

export const ProbedCircuits = z.object({
  circuits: z.array(ShownCircuit).describe('How they stand after the probe'),
})
