import { parentPort } from 'node:worker_threads'
import loadHighs, { type Highs } from 'highs'
import { messageOf } from '../base/fault.ts'
import type { SolverAnswer } from '../simulation/index.ts'

/** The solver's own thread: it computes without a pause, so that whoever waits can still give it up. */

export interface HighsRequest {
  readonly id: number
  readonly problem: string
  readonly timeLimitMs: number
  readonly start: ReadonlyMap<string, number> | null
}

export type HighsAnswer =
  | { readonly id: number; readonly answer: SolverAnswer }
  | { readonly id: number; readonly failure: string }

/** The package's types are those of its CommonJS form, where the function is a member; what Node loads is the function. */
const load = loadHighs as unknown as typeof loadHighs.default

/** `primal_solution_status` of a solution that satisfies all rows. */
const feasible = 2

function start(port: NonNullable<typeof parentPort>): void {
  const loading = load()
  let last = Promise.resolve()
  port.on('message', ({ id, ...request }: HighsRequest) => {
    last = last
      .then(() => loading)
      .then((highs) => solve(highs, request))
      .then(
        (answer) => port.postMessage({ id, answer } satisfies HighsAnswer),
        (error: unknown) =>
          port.postMessage({ id, failure: messageOf(error) } satisfies HighsAnswer),
      )
  })
}

function solve(highs: Highs, request: Omit<HighsRequest, 'id'>): SolverAnswer {
  const { problem, timeLimitMs, start: begin } = request
  return highs.withModel({ format: 'lp', data: problem }, (model): SolverAnswer => {
    model.options.set({
      output_flag: false,
      // A certificate is wanted, not an answer within the usual 0.01 %.
      mip_rel_gap: 0,
      mip_abs_gap: 1e-7,
      random_seed: 0,
      time_limit: timeLimitMs / 1000,
    })
    if (begin !== null) {
      const colValue = new Float64Array(model.getLp().numCols)
      for (const [name, value] of begin) colValue[model.getColByName(name)] = value
      model.setSolution({ colValue })
    }
    model.run()
    const status = model.getModelStatus()
    const { modelStatus } = highs.constants
    if (status === modelStatus.infeasible)
      return { status: 'infeasible', bound: null, values: null }
    const bound = Number(model.info.get('mip_dual_bound'))
    const isSolved = Number(model.info.get('primal_solution_status')) === feasible
    const values = new Map<string, number>()
    if (isSolved) {
      for (const [column, value] of model.getSolution().colValue.entries()) {
        if (value !== 0) values.set(model.getColName(column), value)
      }
    }
    return {
      status: status === modelStatus.optimal ? 'optimal' : 'limit',
      bound: Number.isFinite(bound) ? bound : null,
      values: isSolved ? values : null,
    }
  })
}

if (parentPort !== null) start(parentPort)
