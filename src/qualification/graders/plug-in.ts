import { messageOf } from '../../base/fault.ts'
import { type Grader, scored, unscored } from './grader.ts'

export const plugIn: Grader<'plug-in'> = {
  id: 'plug-in',
  title: 'a module of the user judges',
  needs: 'plug-in',
  grade: async ({ module, settings }, task, answer, { plugIn: load }) => {
    if (load === undefined) return unscored('no plug-ins are loaded here')
    try {
      const grader = await load(module)
      const { score, reason } = await grader.grade({ task, answer, settings: settings ?? null })
      if (!(score >= 0 && score <= 1)) return unscored(`\`${module}\` gave ${score}, not 0 to 1`)
      return scored(score, 1, reason ?? `${score}`)
    } catch (error) {
      return unscored(`\`${module}\`: ${messageOf(error)}`)
    }
  },
}
