import type { Directive } from '../../schema/directive.ts'
import type { DirectiveAmendment } from '../../schema/directive-amendment.ts'

/** A directive with what the organisation has added: its status lines come after those that ship. */
export function amendDirective(directive: Directive, amendment: DirectiveAmendment): Directive {
  return {
    ...directive,
    status: [...directive.status, ...amendment.status],
    review: amendment.review ?? directive.review,
  }
}
