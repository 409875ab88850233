import type { DirectiveState } from '../policy/index.ts'
import type { ElementId, Portfolio } from './portfolio.ts'

/** What vendors have withdrawn for everybody, as elements that are lost. */
export interface Withdrawals {
  /** The portfolio; where a withdrawal holds over some providers only, with an element for it. */
  readonly portfolio: Portfolio
  readonly lostUnder: (states: readonly DirectiveState[]) => readonly ElementId[]
}

/**
 * A model that is withdrawn everywhere is lost as `model:ID`. One that is withdrawn over some providers is lost as
 * `model:ID over PROVIDER`, an element that only its options over that provider have.
 */
export function withWithdrawals(
  portfolio: Portfolio,
  states: readonly DirectiveState[],
): Withdrawals {
  const partly = new Set(
    states.flatMap(({ withdrawn }) =>
      withdrawn
        .filter(
          ({ providers, exceptProviders }) => providers !== null || exceptProviders.length > 0,
        )
        .map(({ model }) => model),
    ),
  )
  const providersOf = new Map<string, Set<string>>()
  const workflows =
    partly.size === 0
      ? portfolio.workflows
      : portfolio.workflows.map((workflow) => ({
          ...workflow,
          needs: workflow.needs.map((need) => ({
            ...need,
            options: need.options.map((option) => {
              const { model, provider } = option
              if (model === null || provider === null || !partly.has(model)) return option
              providersOf.set(model, (providersOf.get(model) ?? new Set()).add(provider))
              return { ...option, elements: [...option.elements, overProvider(model, provider)] }
            }),
          })),
        }))
  const added = [...providersOf].flatMap(([model, providers]) =>
    [...providers].map((provider) => ({
      id: overProvider(model, provider),
      name: `${model} over ${provider}`,
      takes: [],
    })),
  )
  return {
    portfolio:
      added.length === 0
        ? portfolio
        : { ...portfolio, workflows, elements: [...portfolio.elements, ...added] },
    lostUnder: (some) => [
      ...new Set(
        some.flatMap(({ withdrawn }) =>
          withdrawn.flatMap(({ model, providers, exceptProviders }) => {
            if (providers === null && exceptProviders.length === 0) return [`model:${model}`]
            return [...(providersOf.get(model) ?? [])]
              .filter((one) => providers?.includes(one) ?? !exceptProviders.includes(one))
              .map((one) => overProvider(model, one))
          }),
        ),
      ),
    ],
  }
}

function overProvider(model: string, provider: string): ElementId {
  return `model:${model} over ${provider}`
}
