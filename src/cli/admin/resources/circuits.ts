import type { Circuit } from '../../../gateway/index.ts'
import type { RecordKeeper } from '../../record-keeper.ts'
import type { AdminContext } from '../admin-context.ts'
import { circuitsMeant, closeCircuits, unknownCircuit } from '../circuit-book.ts'
import { everyRole, noQuery, operatingRoles, resource } from '../resource.ts'
import { CircuitList, ClosedCircuits, ProbedCircuits, type ShownCircuit } from '../shown-circuit.ts'
import { byOf, WhoAsks } from '../who-asks.ts'

const reference = { id: 'Id of a circuit, or `vendor/name` of a model: then all of its circuits' }

export const circuitResources = [
  resource({
    method: 'GET',
    path: '/api/v1/circuits',
    id: 'listCircuits',
    summary: 'Models and routes that get no traffic now',
    roles: everyRole,
    query: noQuery,
    body: null,
    answer: CircuitList,
    handle: async (context) => ({
      circuits: context.gateway.circuits.list().map((one) => shown(context, one)),
    }),
  }),
  resource({
    method: 'POST',
    path: '/api/v1/circuits/{id}/close',
    id: 'closeCircuit',
    summary: 'Lets traffic to a withdrawn model pass again, once a probe was served',
    roles: operatingRoles,
    parameters: reference,
    query: noQuery,
    body: WhoAsks,
    answer: ClosedCircuits,
    handle: async (context, { caller, parameters, body }) => {
      await context.circuits.settled()
      const by = byOf(caller, body)
      const closed = await context.deciding((keeper) =>
        closeCircuits(
          {
            reference: parameters['id'] ?? '',
            by,
            isConfigured: ({ model, route }) => isConfigured(context, model ?? '', route ?? ''),
          },
          keeper,
        ),
      )
      await context.circuits.refresh()
      return { closed: closed.map(({ id }) => ({ id, closedBy: by })) }
    },
  }),
  resource({
    method: 'POST',
    path: '/api/v1/circuits/{id}/probe',
    id: 'probeCircuit',
    summary: 'Asks a withdrawn model for one token, now',
    roles: operatingRoles,
    parameters: reference,
    query: noQuery,
    body: WhoAsks,
    answer: ProbedCircuits,
    handle: async (context, { caller, parameters, body }) => {
      const withdrawn = context.gateway.circuits.list().filter(({ kind }) => kind === 'withdrawn')
      const wanted = parameters['id'] ?? ''
      const meant = circuitsMeant(withdrawn.map(kept), wanted)
      if (meant.length === 0) throw unknownCircuit(wanted)
      const by = byOf(caller, body)
      for (const { id } of meant) {
        await context.deciding((keeper) => noteProbe(id, by, keeper))
        await context.probes.probe(id)
      }
      await context.circuits.settled()
      return {
        circuits: meant.flatMap(({ id }) => {
          const now = context.gateway.circuits.find(id)
          return now === null ? [] : [shown(context, now)]
        }),
      }
    },
  }),
]

/** A probe costs money and may say that a model is back, so whoever asks for one is on record. */
async function noteProbe(id: string, by: string, keeper: RecordKeeper): Promise<void> {
  await keeper.deciding((recorder) =>
    recorder.recordAnyway({
      kind: 'circuit',
      subject: id,
      change: 'withdrawn: probe asked for',
      by,
      before: null,
      after: null,
    }),
  )
}

function kept({ id, model, state }: Circuit) {
  return { id, model, state: state === 'half-open' ? 'open' : state } as const
}

function shown(context: AdminContext, circuit: Circuit): ShownCircuit {
  const { id, kind, model, route, state, reason, openedAt, probedAt } = circuit
  const last = context.probes.lastOf(id)
  return {
    id,
    kind,
    model,
    route,
    state: state === 'closed' ? 'open' : state,
    reason,
    openedAt: new Date(openedAt).toISOString(),
    probedAt: probedAt === null ? null : new Date(probedAt).toISOString(),
    lastProbe:
      last === null
        ? null
        : {
            at: new Date(last.at).toISOString(),
            outcome: last.outcome,
            message: last.message,
          },
    isConfigured: isConfigured(context, model, route),
  }
}

function isConfigured({ gateway }: AdminContext, model: string, route: string): boolean {
  return gateway.state.routes.get(route)?.models.has(model) === true
}
