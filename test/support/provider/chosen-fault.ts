import { attempts, type Fault } from './faults/fault.ts'
import { faultById } from './faults/faults.ts'

const inName = /(?:^|[^a-z0-9])fault-([a-z0-9-]+)/

/** `fault-s08` anywhere in a model's name; `fault-s08-x2` faults the first two attempts. */
export function faultInName(model: string): Fault | null {
  const [, written] = inName.exec(model) ?? []
  return written === undefined ? null : faultNamed(written.replace(/-x(\d+)$/, ' x$1'))
}

/** `s08 x2 @NAME` of a cue: null when it names another model. */
export function faultInCue(cue: string | null, model: string): Fault | null {
  if (cue === null) return null
  const [, rest = '', only] = /^(.*?)(?:\s*@(\S+))?$/.exec(cue) ?? []
  return only === undefined || only === model ? faultNamed(rest) : null
}

/** `s08`, `s08 x2`. */
export function faultNamed(written: string): Fault {
  const [, id = '', count] = /^(\S+?)(?:\s+x(\d+))?$/.exec(written.trim()) ?? []
  const found = faultById(id)
  return count === undefined ? found : { ...found, until: attempts(Number(count)) }
}
