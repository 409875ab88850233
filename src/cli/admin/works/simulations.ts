import { remedy, type RemedyFlags } from '../../remedy-command.ts'
import { simulate, type SimulateFlags } from '../../simulate-command.ts'
import { assess, type SovereigntyFlags } from '../../sovereignty-command.ts'
import { Simulation } from '../../../schema/simulation.ts'
import { SovereigntyAssessment } from '../../../schema/sovereignty.ts'
import { printedJsonWork } from './printed-json.ts'

/** What each may be asked beside the register and the verdicts that the server has. */
type Asked<Flags> = Omit<
  Flags,
  'config' | 'register' | 'verdicts' | 'format' | 'output' | 'failOn' | 'quiet'
>

const fixed = { verdicts: [], format: 'json' } as const

export const simulationWorks = {
  simulate: printedJsonWork(Simulation, async (asked: Asked<SimulateFlags>, config) => {
    await simulate({ ...asked, ...fixed, config, quiet: true })
  }),
  remedy: printedJsonWork(Simulation, async (asked: Asked<RemedyFlags>, config) => {
    await remedy({ ...asked, ...fixed, config })
  }),
  sovereignty: printedJsonWork(
    SovereigntyAssessment,
    async (asked: Asked<SovereigntyFlags>, config) => {
      await assess({ ...asked, ...fixed, config })
    },
  ),
}
