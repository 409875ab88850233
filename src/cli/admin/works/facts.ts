import { compileDetectors } from '../../../audit/index.ts'
import { catalogueShow, layOverlay } from '../../catalogue.ts'
import { parseOverlay } from '../../catalogue-files.ts'
import { loadDetectors } from '../../load-detectors.ts'
import { runTimeline, type TimelineFlags } from '../../timeline-command.ts'
import { LaidOverlay, RuleList, ShownEntry, ShownTimeline } from '../shown-facts.ts'
import { printedJsonWork } from './printed-json.ts'
import { work } from './work.ts'

/** Facts of the world: catalogue, detectors, what happened when. */
export const factWorks = {
  catalogue: printedJsonWork(ShownEntry, async ({ name }: { readonly name: string }, config) => {
    await catalogueShow({ name, config, format: 'json' })
  }),
  overlay: work(
    LaidOverlay,
    async (
      asked: { readonly name: string; readonly text: string; readonly dryRun: boolean },
      config,
    ) => {
      const { name, text, dryRun } = asked
      const path = 'overlay.yaml'
      const overlay = parseOverlay(path, text)
      const laid = await layOverlay({ name, overlay, path }, { config, dryRun })
      const { changes, warnings } = laid
      return { changes, file: laid.path, isWritten: !dryRun, notices: warnings }
    },
  ),
  rules: work(RuleList, async () => {
    const detectors = await loadDetectors()
    return {
      rules: detectors.map((one) => ({
        id: one.id,
        class: one.class,
        places: one.places,
        title: one.title,
      })),
      keywords: compileDetectors(detectors).keywords,
    }
  }),
  timeline: printedJsonWork(
    ShownTimeline,
    async (asked: Omit<TimelineFlags, 'config' | 'format' | 'output'>, config) => {
      await runTimeline({ config, ...asked, format: 'json' })
    },
  ),
}
