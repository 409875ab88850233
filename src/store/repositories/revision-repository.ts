import type { CircuitRecord } from '../../schema/circuit-record.ts'
import type { DrillRecord } from '../../schema/drill-record.ts'
import type { IncidentRecord } from '../../schema/incident-record.ts'
import type { RouteRecord } from '../../schema/route-record.ts'
import { type Condition, findRecord, listRecords, saveRevision } from '../records/record-queries.ts'
import type { RecordShape } from '../records/record-shape.ts'
import { shapes } from '../records/record-shapes.ts'
import type { StoreContext } from './store-context.ts'

interface Revised {
  readonly id: string
  readonly state: string
  readonly revision: number
}

/** Records that change and count their versions. */
export interface RevisionRepository<T extends Revised> {
  find(id: string): Promise<T | null>
  /** All, or those in one state, by id. */
  list(state?: T['state']): Promise<readonly T[]>
  /**
   * Keeps a new record (revision 0) or the next version of the one that was read; gives it back with its new
   * revision. Throws `HF_STORE_CONFLICT` when somebody else was first: read it again, then repeat.
   */
  save(record: T): Promise<T>
}

function revisionRepository<T extends Revised>(
  { backend }: StoreContext,
  shape: RecordShape<T>,
): RevisionRepository<T> {
  const by = (members: Readonly<Record<string, string>>) => members as Condition<T>
  return {
    find: (id) => backend.read((db) => findRecord(db, shape, by({ id }))),
    list: (state) =>
      backend.read((db) =>
        listRecords(db, shape, state === undefined ? by({}) : by({ state }), { order: ['id'] }),
      ),
    save: (record) => backend.write((tx, tell) => saveRevision(tx, tell, shape, record)),
  }
}

/** Incidents: what has happened, and what was done. */
export function incidentRepository(context: StoreContext): RevisionRepository<IncidentRecord> {
  return revisionRepository(context, shapes.incident)
}

/** Circuits, shared by all processes. */
export function circuitRepository(context: StoreContext): RevisionRepository<CircuitRecord> {
  return revisionRepository(context, shapes.circuit)
}

/** Routes out of traffic, and the origins of credentials. */
export function routeRepository(context: StoreContext): RevisionRepository<RouteRecord> {
  return revisionRepository(context, shapes.route)
}

/** Drills: planned, running and measured. */
export function drillRepository(context: StoreContext): RevisionRepository<DrillRecord> {
  return revisionRepository(context, shapes.drill)
}
