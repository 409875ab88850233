import {
  directiveLines,
  type SimulationReportOptions,
  simulationHtml,
  simulationMarkdown,
  simulationText,
} from '../report/index.ts'
import type { Simulation } from '../schema/simulation.ts'
import { withoutCountsInReasons, withoutSmallCounts } from '../simulation/index.ts'
import { jsonChunks } from './json-chunks.ts'

export const simulationFormats = ['text', 'json', 'md', 'html'] as const
export type SimulationFormat = (typeof simulationFormats)[number]

/** A simulation as somebody asked to see it, in pieces. Only counsel sees how many people there are where they are few. */
export function renderSimulation(
  simulation: Simulation,
  format: SimulationFormat,
  options: SimulationReportOptions,
): Iterable<string> {
  const isForCounsel = options.exactCounts === true
  if (format === 'json') {
    const shown = isForCounsel ? simulation : withoutSmallCounts(simulation)
    // The reports print these lines at their end.
    const legal = directiveLines(shown.inputs.directives)
    return jsonChunks({ ...shown, notices: [...shown.notices, ...legal] })
  }
  // The reports write `<5` for small counts themselves.
  const shown = isForCounsel ? simulation : withoutCountsInReasons(simulation)
  switch (format) {
    case 'text':
      return [simulationText(shown, options)]
    case 'md':
      return [simulationMarkdown(shown, options)]
    case 'html':
      return [simulationHtml(shown, options)]
  }
}
