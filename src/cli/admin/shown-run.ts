import * as z from 'zod'

/** What is begun over the admin API, takes longer than anybody waits for an answer, and runs in a process beside the gateway. */
export const ShownRun = z.object({
  id: z.string().describe('By which it is asked about'),
  kind: z.enum(['audit', 'trial', 'freeze', 'calibration', 'guardrail']).describe('What it is'),
  by: z.string().describe('Who began it'),
  state: z
    .enum(['running', 'done', 'failed', 'ended'])
    .describe('`ended`: somebody ended it; `failed`: its notes say why'),
  startedAt: z.string().describe('When it began'),
  finishedAt: z.string().nullable().describe('When it was over; null: it is not'),
  exitCode: z.int().nullable().describe('Of its command; null: it is not over, or was killed'),
  notes: z.array(z.string()).describe('The end of what the command tells beside its result'),
  resultBytes: z.int().describe('Bytes of its result so far'),
})
