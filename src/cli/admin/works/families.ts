/** What is done in threads, by family: each is loaded where it is asked for. */
export const families = {
  ledger: async () => (await import('./ledger.ts')).ledgerWorks,
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
}
