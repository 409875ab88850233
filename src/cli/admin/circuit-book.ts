import { Fault } from '../../base/fault.ts'
import { shorten, visibleText } from '../../base/visible-text.ts'
import type { Circuit } from '../../gateway/index.ts'
import type { CircuitRecord } from '../../schema/circuit-record.ts'
import type { RecordKeeper } from '../record-keeper.ts'

/** A record as the gateway knows circuits; null: it stands over no model on one route. */
export function circuitOf(record: CircuitRecord): Circuit | null {
  const { id, kind, model, route, state, reason, openedAt, probedAt, closedBy } = record
  if (model === null || route === null || id !== `model:${model}@${route}`) return null
  return {
    id,
    kind,
    model,
    route,
    state,
    reason,
    openedAt: Date.parse(openedAt),
    probedAt: probedAt === null ? null : Date.parse(probedAt),
    closedBy,
  }
}

/** A circuit over a withdrawn model as it is kept, on top of what was kept before. */
export function recordOf(circuit: Circuit, before: CircuitRecord | null, at: string) {
  const { id, model, route, state, reason, openedAt, probedAt, closedBy } = circuit
  return {
    id,
    kind: 'withdrawn',
    model,
    route,
    state: state === 'half-open' ? 'open' : state,
    reason: reasonOf(reason),
    openedAt: new Date(openedAt).toISOString(),
    probedAt: probedAt === null ? null : new Date(probedAt).toISOString(),
    closedAt: state === 'closed' ? at : null,
    closedBy,
    revision: before?.revision ?? 0,
  } satisfies CircuitRecord
}

function reasonOf(text: string): string {
  const shown = shorten(visibleText(text).trim(), 500)
  return shown === '' ? 'withdrawn' : shown
}

/** Whether what is kept says more than a circuit of this process does: it was closed after the circuit opened. */
export function isOvertaken(circuit: Circuit, kept: CircuitRecord | null): boolean {
  if (kept?.state !== 'closed' || circuit.state === 'closed') return false
  return kept.closedAt !== null && circuit.openedAt <= Date.parse(kept.closedAt)
}

export interface Closing {
  /** A circuit's id, or a model: then all of its circuits. */
  readonly reference: string
  /** As the ledger names whoever does it. */
  readonly by: string
  /** Routes and models of holdfast.yaml: what stands over none of them need not be probed. */
  readonly isConfigured: (record: CircuitRecord) => boolean
}

/**
 * A person lets traffic to a model pass again, once a probe was served. Recorded before it is done. Closes all circuits
 * that are meant or none.
 */
export async function closeCircuits(
  { reference, by, isConfigured }: Closing,
  keeper: RecordKeeper,
): Promise<readonly CircuitRecord[]> {
  return await keeper.deciding(async (recorder) => {
    const store = await keeper.store.ifThere()
    const kept = (await store?.circuits.list()) ?? []
    const meant = circuitsMeant(kept, reference)
    if (store === null || meant.length === 0) throw unknownCircuit(reference)
    const early = meant.filter((one) => one.state !== 'probe-passed' && isConfigured(one))
    if (early.length > 0) throw unprobed(early)
    const closed: CircuitRecord[] = []
    for (const record of meant) {
      await recorder.record({
        kind: 'circuit',
        subject: record.id,
        change: `${record.kind}: closed`,
        by,
        before: null,
        after: null,
      })
      const closedAt = new Date().toISOString()
      closed.push(await store.circuits.save({ ...record, state: 'closed', closedAt, closedBy: by }))
    }
    return closed
  })
}

/** Open circuits with this id, over this model, or with this name of a model on any vendor. */
export function circuitsMeant<T extends Pick<CircuitRecord, 'id' | 'model' | 'state'>>(
  all: readonly T[],
  reference: string,
): readonly T[] {
  const open = all.filter(({ state }) => state !== 'closed')
  const named = open.filter(({ id, model }) => id === reference || model === reference)
  if (named.length > 0 || reference.includes('/')) return named
  return open.filter(({ model }) => model?.split('/').at(-1) === reference)
}

export function unknownCircuit(reference: string): Fault {
  return new Fault('HF_CIRCUIT_UNKNOWN', `no circuit is open over \`${shorten(reference, 200)}\``, {
    expected: '`vendor/name` of a withdrawn model, or the id of a circuit',
  })
}

function unprobed(early: readonly CircuitRecord[]): Fault {
  const [first] = early
  const probed =
    first?.probedAt === null || first === undefined
      ? 'it was not probed yet'
      : `the last probe, at ${first.probedAt}, was not served`
  return new Fault('HF_CIRCUIT_UNPROBED', `\`${first?.id ?? ''}\` stays open: ${probed}`, {
    expected: 'a probe that was served: then the model is back',
    others: early.slice(1).map(({ id }) => `\`${id}\` stays open too`),
  })
}
