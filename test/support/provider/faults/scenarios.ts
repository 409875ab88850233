import { contentFaults } from './content-faults.ts'
import { cutFaults } from './cut-faults.ts'
import { eventFaults } from './event-faults.ts'
import { attempts, type Fault } from './fault.ts'
import { modelFaults } from './model-faults.ts'
import { statusFaults } from './status-faults.ts'
import { timingFaults } from './timing-faults.ts'
import { transportFaults } from './transport-faults.ts'
import { withdrawalFaults } from './withdrawal-faults.ts'
import { cut, wait } from '../step.ts'
import { throughToken } from '../reply.ts'

const families = [
  ...withdrawalFaults,
  ...statusFaults,
  ...transportFaults,
  ...timingFaults,
  ...cutFaults,
  ...eventFaults,
  ...modelFaults,
  ...contentFaults,
]

function like(id: string, base: string, changes: Partial<Fault> = {}): Fault {
  const found = families.find((one) => one.id === base)
  if (found === undefined) throw new Error(`no fault is called \`${base}\``)
  return { ...found, id, ...changes }
}

/** The sixteen scenarios of Failover Bench, methodology v0.1. */
export const failoverBench: readonly Fault[] = [
  like('s01', 'rate-limited-seconds', {
    until: attempts(1),
    title: 'one 429 with `retry-after: 2`',
  }),
  like('s02', 'rate-limited', { title: '429 without `retry-after` on every attempt' }),
  like('s03', 'server-error', { until: attempts(1), title: 'one 500, then healthy' }),
  like('s04', 'unavailable', { title: '503 on every attempt' }),
  like('s05', 'reset-before-headers', { until: attempts(1), title: 'one reset, then healthy' }),
  like('s06', 'no-response'),
  like('s07', 'late-first-token'),
  like('s08', 'cut-in-text'),
  like('s09', 'stall', {
    title: 'silence for 30 s after 20 tokens, then closes',
    modes: ['stream'],
    reply: (healthy, turn) => [
      ...throughToken(healthy, 20),
      wait(turn.scaled(30_000)),
      cut('close'),
    ],
  }),
  like('s10', 'invalid-json'),
  like('s11', 'missing-terminal'),
  like('s12', 'context-length'),
  like('s13', 'content-policy'),
  like('s14', 'cut-in-text', {
    title: 'breaks off after 40 tokens; the fallback rejects a prefill',
    fallbackFault: 'prefill-rejected',
  }),
  like('s15', 'unavailable', {
    title: '503 for 60 s, then healthy',
    until: { kind: 'elapsed', ms: 60_000 },
  }),
  like('s16', 'unavailable', { title: '503 on every attempt; the fallback answers and is named' }),
]

/** What those sixteen leave out. */
export const ownScenarios: readonly Fault[] = [
  like('h01', 'withdrawn', { title: 'withdrawal: 404 on every attempt' }),
  like('h02', 'slow-and-steady', {
    title: 'answers slowly, so that a directive can take effect in the middle',
  }),
  like('h03', 'in-band-error'),
  like('h04', 'cut-in-tool-arguments'),
  like('h05', 'cut-in-thinking'),
  like('h06', 'lying-model'),
  like('h07', 'slow-loris'),
]
