import * as z from 'zod'
import type { AdminContext } from '../admin-context.ts'
import { storeProblem } from '../store-problem.ts'
import { everyRole, noQuery, operatingRoles, resource } from '../resource.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const Status = z.object({
  version: z.string().describe('Version of holdfast'),
  instance: z.string().describe('Another one for every process'),
  startedAt: z.string().describe('When the process began'),
  isReady: z.boolean().describe('Whether traffic can be served'),
  unreadiness: z.array(z.string()).describe('Why it cannot'),
  underWay: z.int().describe('Requests under way'),
  processes: z
    .object({
      wanted: z.int().describe('Processes that are to carry traffic'),
      serving: z.int().describe('Processes that do'),
    })
    .describe('Processes of this machine'),
  snapshot: z
    .object({
      version: z.int().describe('Version, counted since the start; the same at every process'),
      digest: z.string().describe('Digest of its content'),
      at: z.string().describe('Instant for which it was made'),
      expiresAt: z.string().describe('From then on it decides no more about restricted models'),
      changesAt: z
        .string()
        .nullable()
        .describe('When a directive next changes what is permitted; null: none is known to'),
      restricted: z.array(z.string()).describe('Models that a directive concerns'),
    })
    .describe('The policy that decides'),
  ledger: z
    .object({
      isKept: z.boolean().describe('Whether holdfast.yaml has a `ledger`'),
      mode: z.enum(['prompt', 'strict']).nullable().describe('How decisions are recorded'),
      problem: z.string().nullable().describe('Why nothing can be written now'),
      entries: z.int().nullable().describe('Entries of the logs of these processes'),
    })
    .describe('Evidence'),
  store: z
    .object({
      kind: z.enum(['embedded', 'postgres']).nullable().describe('null: there is none yet'),
      place: z.string().nullable().describe('Where it is, without a password'),
      problem: z.string().nullable().describe('Why it cannot be reached now'),
    })
    .describe('What must survive a restart'),
  routes: z
    .object({
      enabled: z.int().describe('Routes that take traffic'),
      disabled: z.array(z.string()).describe('Routes that take none'),
    })
    .describe('Ways to models'),
  circuits: z
    .object({
      withdrawn: z.int().describe('Open circuits over withdrawn models'),
      outage: z.int().describe('Open circuits after outages'),
    })
    .describe('What gets no traffic'),
  lastLoad: z
    .object({
      at: z.string().describe('When everything was last loaded'),
      problem: z
        .string()
        .nullable()
        .describe('Why what was found then is not in force, and what was before is'),
    })
    .describe('How the last change was taken up'),
  notices: z.array(z.string()).describe('What an operator should know'),
})

const Reloaded = z.object({
  snapshot: z.int().describe('Version of the policy that decides now'),
  notices: z.array(z.string()).describe('What an operator should know'),
})

export const statusResources = [
  resource({
    method: 'GET',
    path: '/api/v1/status',
    id: 'getStatus',
    summary: 'How the gateway of this machine stands',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: Status,
    handle: async (context) => {
      const { gateway, evidence, loaded } = context
      const { snapshot, routes } = gateway.state
      const open = gateway.circuits.list()
      const { unreadiness, underWay, processes, serving, ledgerProblem, entries } =
        await context.standing()
      const disabled = [...routes.values()].filter((route) => route.disabled !== null)
      return {
        version: context.version,
        instance: context.instance,
        startedAt: context.startedAt,
        isReady: unreadiness.length === 0,
        unreadiness: [...unreadiness],
        underWay,
        processes: { wanted: processes, serving },
        snapshot: {
          version: snapshot.version,
          digest: snapshot.digest,
          at: snapshot.at,
          expiresAt: snapshot.expiresAt,
          changesAt: snapshot.changesAt,
          restricted: [...snapshot.table.restricted].toSorted(),
        },
        ledger: {
          isKept: evidence !== null,
          mode: evidence?.evidence.mode ?? null,
          problem: ledgerProblem,
          entries,
        },
        store: await storeStatus(context),
        routes: {
          enabled: routes.size - disabled.length,
          disabled: disabled.map(({ id }) => id),
        },
        circuits: {
          withdrawn: open.filter(({ kind }) => kind === 'withdrawn').length,
          outage: open.filter(({ kind }) => kind === 'outage').length,
        },
        lastLoad: context.lastLoad(),
        notices: [...loaded().notices],
      }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/reload',
    id: 'reload',
    summary: 'Loads holdfast.yaml, directives, policies, keys and verdicts anew',
    roles: operatingRoles,
    query: noQuery,
    body: WhoAsks,
    answer: Reloaded,
    handle: async (context, { caller, body }) => {
      const by = byOf(caller, body)
      await context.reload()
      const { state, notices } = context.loaded()
      await context.deciding((keeper) =>
        keeper.deciding((recorder) =>
          recorder.recordAnyway({
            kind: 'configuration',
            subject: 'gateway',
            change: `loaded anew, snapshot ${state.snapshot.version}`,
            by,
            before: null,
            after: null,
          }),
        ),
      )
      return { snapshot: state.snapshot.version, notices: [...notices] }
    },
  }),
]

async function storeStatus({ store }: AdminContext) {
  try {
    const problem = await storeProblem(store)
    const there = problem === null ? await store.ifThere() : null
    return { kind: there?.kind ?? null, place: there?.place ?? null, problem }
  } catch (error) {
    return { kind: null, place: null, problem: error instanceof Error ? error.message : 'unknown' }
  }
}
