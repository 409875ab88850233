/** What is done in threads, by family: each is loaded where it is asked for. */
export const families = {
  check: async () => (await import('./check.ts')).checkWorks,
  directives: async () => (await import('./directives.ts')).directiveWorks,
  facts: async () => (await import('./facts.ts')).factWorks,
  ledger: async () => (await import('./ledger.ts')).ledgerWorks,
  policy: async () => (await import('./policy.ts')).policyWorks,
  qualification: async () => (await import('./qualification.ts')).qualificationWorks,
  simulations: async () => (await import('./simulations.ts')).simulationWorks,
  store: async () => (await import('./store.ts')).storeWorks,
  tasks: async () => (await import('./tasks.ts')).taskWorks,
  usage: async () => (await import('./usage.ts')).usageWorks,
} as const

type Families = typeof families
export type Family = keyof Families
export type WorksOf<F extends Family> = Awaited<ReturnType<Families[F]>>

/** Which work with what: may be sent to a thread. */
export interface WorkOrder {
  readonly family: Family
  readonly name: string
  readonly configPath: string
  readonly input: unknown
  /** The thread ends after it, and with it what it prints. */
  readonly isLast: boolean
}
