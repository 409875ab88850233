import type { CarveOut } from '../../schema/directive.ts'
import { instantOf } from '../directive-state.ts'
import { covers } from './scope-width.ts'

/** Whether a carve-out spares nothing that another one does not spare, at no instant that it does not. */
export function sparesNoMore(narrow: CarveOut, wide: CarveOut): boolean {
  return (
    covers(wide.models, narrow.models) &&
    covers(wide.routes, narrow.routes) &&
    covers(wide.purposes, narrow.purposes) &&
    covers(wide.authorisations, narrow.authorisations) &&
    covers(entitiesOf(wide), entitiesOf(narrow)) &&
    (wide.employment === 'any' || narrow.employment === wide.employment) &&
    instantOf(wide, 'relief') <= instantOf(narrow, 'relief') &&
    (wide.until === undefined ||
      (narrow.until !== undefined && Date.parse(narrow.until) <= Date.parse(wide.until)))
  )
}

export function entitiesOf(carveOut: CarveOut): readonly string[] | undefined {
  return typeof carveOut.entities === 'string' ? [carveOut.entities] : carveOut.entities
}
