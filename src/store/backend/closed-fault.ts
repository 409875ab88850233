import { Fault } from '../../base/fault.ts'

export function closedFault(): Fault {
  return new Fault('HF_STORE_CLOSED', 'the store was closed before this')
}
